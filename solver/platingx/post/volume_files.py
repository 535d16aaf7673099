"""Volumes of labels from TIFF stacks and folders of slices, HDF5, NumPy and raw files, and written to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from platingx.errors import CaseError, InputError, OutputError

__all__ = ["FORMATS", "Volume", "read_volume", "write_volume"]

Volume = npt.NDArray[Any]
FORMATS = "a TIFF file or a folder of TIFF slices, .h5 or .hdf5 with --dataset, .npy, or .raw with --shape and --dtype"
_TIFF, _HDF5 = (".tif", ".tiff", ".btf"), (".h5", ".hdf5", ".nxs", ".hdf")


def read_volume(path: Path, dataset: str | None = None, shape: Sequence[int] = (), dtype: str = "") -> Volume:
    """Read a volume; of files that can be mapped, only what is used later is read.

    Parameters
    ----------
    path
        File or folder.
    dataset
        Path of the data in an HDF5 file.
    shape, dtype
        Of a raw file: numbers of voxels along the axes, the last one fastest, and NumPy's name of a voxel.

    Returns
    -------
    array
        Three axes, labels as in the file.

    Raises
    ------
    CaseError
        If it is no volume, or something is not said that the file does not say itself.
    OutputError
        If it cannot be read.
    """
    ending = path.suffix.lower()
    try:
        if path.is_dir():
            found = _slices(path)
        elif ending in _TIFF:
            found = _tifffile().imread(path)
        elif ending in _HDF5:
            found = _hdf5(path, dataset)
        elif ending == ".npy":
            found = np.load(path, mmap_mode="r")
        elif ending == ".raw":
            found = _raw(path, shape, dtype)
        else:
            raise _wrong(path, "no kind of volume that is known", FORMATS)
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(f"{path}: cannot be read ({error})") from error
    if found.ndim != 3:
        raise _wrong(path, f"an array of {found.ndim} axes, {'x'.join(map(str, found.shape))}", "three axes")
    if 0 in found.shape:
        raise _wrong(path, "a volume without voxels", "at least one along each axis")
    if not np.issubdtype(found.dtype, np.integer) and found.dtype != np.bool_:
        raise _wrong(
            path, f"voxels of {found.dtype}, which are grey values, not labels", "whole numbers: segment it first"
        )
    return np.asarray(found) if not isinstance(found, np.memmap) else found


def _wrong(path: Path, message: str, valid: str, key: str = "") -> CaseError:
    return CaseError(InputError(f"{path}: {message}", key=key or None, valid=valid))


def _tifffile() -> Any:
    try:
        import tifffile
    except ImportError:
        raise CaseError(
            InputError("TIFF needs the package tifffile", hint="pip install tifffile, or use .npy")
        ) from None
    return tifffile


def _slices(folder: Path) -> Volume:
    """Slices of a folder, in the order of the numbers in their names."""

    def order(path: Path) -> tuple[tuple[int, ...], str]:
        return tuple(int(number) for number in re.findall(r"\d+", path.stem)), path.name

    paths = sorted((path for path in folder.iterdir() if path.suffix.lower() in _TIFF), key=order)
    if not paths:
        raise _wrong(folder, "a folder without TIFF slices", FORMATS)
    read = _tifffile().imread
    slices = [read(path) for path in paths]
    for path, each in zip(paths, slices, strict=True):
        if each.shape != slices[0].shape:
            raise _wrong(
                path, f"a slice of {each.shape}, but {paths[0].name} has {slices[0].shape}", "slices of one size"
            )
    return np.stack(slices)


def _hdf5(path: Path, dataset: str | None) -> Volume:
    import h5py

    with h5py.File(path, "r") as file:
        inside: list[str] = []
        file.visititems(
            lambda name, item: inside.append(name) if isinstance(item, h5py.Dataset) and item.ndim == 3 else None
        )
        if dataset is None or dataset.strip("/") not in inside:
            message = "no dataset is said" if dataset is None else f"there is no volume {dataset}"
            raise _wrong(
                path, message, ", ".join(f"/{name}" for name in inside) or "a dataset of three axes", "--dataset"
            )
        return np.asarray(file[dataset])


def _raw(path: Path, shape: Sequence[int], dtype: str) -> Volume:
    if len(shape) != 3 or not dtype:
        raise _wrong(path, "a raw file says neither its size nor its type", '--shape "94,300,300" --dtype uint8')
    try:
        kind = np.dtype(dtype)
    except TypeError:
        raise _wrong(path, f"'{dtype}' is no type", "a name of NumPy, such as uint8 or >u2", "--dtype") from None
    wanted, there = int(np.prod(shape)) * kind.itemsize, path.stat().st_size
    if wanted != there:
        text = "x".join(map(str, shape))
        raise _wrong(
            path, f"{there} bytes, but {text} voxels of {kind} are {wanted}", "the size and type it was written with"
        )
    return np.memmap(path, dtype=kind, mode="r", shape=tuple(shape))


def write_volume(path: Path, volume: Volume) -> None:
    """Write a volume as its ending says: TIFF, HDF5 (as /volume), NumPy or raw.

    Raises
    ------
    CaseError
        If the ending is not known.
    OutputError
        If it cannot be written.
    """
    ending = path.suffix.lower()
    try:
        if ending in _TIFF:
            _tifffile().imwrite(path, volume)
        elif ending in _HDF5:
            import h5py

            with h5py.File(path, "w") as file:
                file.create_dataset("volume", data=volume, compression="gzip")
        elif ending == ".npy":
            np.save(path, volume)
        elif ending == ".raw":
            volume.tofile(path)
        else:
            raise _wrong(path, "no kind of volume that is known", "an ending .tif, .h5, .npy or .raw")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
