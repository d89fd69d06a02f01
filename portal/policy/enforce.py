"""Which code keeps which clause. The answer is shown on the policy page and checked by a test."""

from collections.abc import Callable

from portal.policy.clauses import Clause


class Keepers:
    """What was said to keep a clause."""

    def __init__(self) -> None:
        self._names: dict[Clause, set[str]] = {clause: set() for clause in Clause}

    def enforces[K: Callable[..., object]](self, *clauses: Clause) -> Callable[[K], K]:
        """Says of a function, method or class that it keeps these clauses. It works as before."""
        if not clauses:
            raise ValueError("Name at least one clause.")

        def record(keeper: K) -> K:
            for clause in clauses:
                self._names[clause].add(f"{keeper.__module__}.{keeper.__qualname__}")
            return keeper

        return record

    def kept_by(self, clause: Clause) -> tuple[str, ...]:
        """The qualified names of what keeps the clause, of all modules imported so far."""
        return tuple(sorted(self._names[clause]))


_portal = Keepers()
enforces = _portal.enforces
kept_by = _portal.kept_by
