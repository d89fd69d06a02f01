def find_txt(name: str) -> bytes | None:
    raise NotImplementedError(name)


def no_txt(name: str) -> bytes | None:
    del name
    return None
