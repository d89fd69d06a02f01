"""Which code keeps which clause. The answer is shown on the policy page and checked by a test."""

from collections import defaultdict
from collections.abc import Callable

from portal.policy.clauses import Clause

_keepers: defaultdict[Clause, set[str]] = defaultdict(set)


def enforces[K: Callable[..., object]](*clauses: Clause) -> Callable[[K], K]:
    """Says of a function, method or class that it keeps these clauses. It works as before."""
    if not clauses:
        raise ValueError("Name at least one clause.")

    def record(keeper: K) -> K:
        for clause in clauses:
            _keepers[clause].add(f"{keeper.__module__}.{keeper.__qualname__}")
        return keeper

    return record


def kept_by(clause: Clause) -> tuple[str, ...]:
    """The qualified names of what keeps the clause, of all modules imported so far."""
    return tuple(sorted(_keepers.get(clause, ())))
