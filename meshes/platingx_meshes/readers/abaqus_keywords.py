"""What each keyword of Abaqus and CalculiX means for a mesh: understood, of no matter, or refused with a way out."""

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus_text import Block

UNDERSTOOD: dict[str, frozenset[str]] = {
    "NODE": frozenset({"NSET", "SYSTEM", "INPUT"}),
    "ELEMENT": frozenset({"TYPE", "ELSET", "INPUT"}),
    "NSET": frozenset({"NSET", "GENERATE", "ELSET", "INSTANCE", "INTERNAL", "UNSORTED", "INPUT"}),
    "ELSET": frozenset({"ELSET", "GENERATE", "INSTANCE", "INTERNAL", "UNSORTED", "INPUT"}),
    "SURFACE": frozenset({"NAME", "TYPE", "INTERNAL"}),
    "SYSTEM": frozenset(),
    "NGEN": frozenset({"NSET"}),
    "NFILL": frozenset(),
    "ELGEN": frozenset({"ELSET"}),
    "PART": frozenset({"NAME"}),
    "ENDPART": frozenset(),
    "ASSEMBLY": frozenset({"NAME"}),
    "ENDASSEMBLY": frozenset(),
    "INSTANCE": frozenset({"NAME", "PART"}),
    "ENDINSTANCE": frozenset(),
    "STEP": frozenset({"*"}),
    "ENDSTEP": frozenset({"*"}),
}
"""Keywords that are obeyed, with the options that are understood; * for any."""

_WRITE_OUT = "write the mesh out in full: read the file into Abaqus/CAE or PrePoMax and export it once more"
_JOIN = "join the parts with common nodes before meshing; take the keyword out if it only introduces a load"

REFUSED: dict[str, str] = {
    **dict.fromkeys(("NCOPY", "ELCOPY", "NMAP", "SYMMETRICMODELGENERATION"), _WRITE_OUT),
    **dict.fromkeys(
        ("IMPERFECTION", "IMPORT", "IMPORTELSET", "IMPORTNSET", "INSTANCELIBRARY", "PARAMETER"), _WRITE_OUT
    ),
    **dict.fromkeys(("SUBMODEL", "SUBSTRUCTURE", "SUBSTRUCTUREPATH", "MODELCHANGE"), _WRITE_OUT),
    **dict.fromkeys(("TIE", "EQUATION", "MPC", "EMBEDDEDELEMENT", "CYCLICSYMMETRYMODEL"), _JOIN),
    **dict.fromkeys(("SHELLTOSOLIDCOUPLING", "FASTENER"), _JOIN),
}
"""Keywords that shape or join the mesh in ways that are not followed, with a way out."""

_WITHOUT_SHAPE = """
HEADING PREPRINT RESTART FILEFORMAT PHYSICALCONSTANTS AMPLITUDE INITIALCONDITIONS BOUNDARY ORIENTATION DISTRIBUTION
DISTRIBUTIONTABLE TRANSFORM NORMAL NODALTHICKNESS PREDEFINEDFIELD TIMEPOINTS FILTER CONSTRAINTCONTROLS DISPLAYBODY
MATERIAL ENDMATERIAL ELASTIC PLASTIC CREEP VISCOELASTIC VISCOUS DENSITY EXPANSION CONDUCTIVITY SPECIFICHEAT LATENTHEAT
HYPERELASTIC HYPERFOAM HYPOELASTIC MULLINSEFFECT DEPVAR USERMATERIAL USEROUTPUTVARIABLES DAMPING POTENTIAL RATEDEPENDENT
CYCLICHARDENING NOCOMPRESSION NOTENSION POROUSELASTIC DEFORMATIONPLASTICITY POROUSMETALPLASTICITY VOIDNUCLEATION
SWELLING DAMAGEINITIATION DAMAGEEVOLUTION DAMAGESTABILIZATION SHEARFAILURE TENSILEFAILURE FAILSTRAIN FAILSTRESS
CAPPLASTICITY CAPHARDENING CAPCREEP DRUCKERPRAGER DRUCKERPRAGERHARDENING DRUCKERPRAGERCREEP MOHRCOULOMB
MOHRCOULOMBHARDENING CONCRETE
CONCRETEDAMAGEDPLASTICITY CONCRETECOMPRESSIONHARDENING CONCRETETENSIONSTIFFENING CONCRETECOMPRESSIONDAMAGE
CONCRETETENSIONDAMAGE CRUSHABLEFOAM CRUSHABLEFOAMHARDENING PERMEABILITY DIFFUSIVITY SOLUBILITY KAPPA
ELECTRICALCONDUCTIVITY DIELECTRIC PIEZOELECTRIC MAGNETICPERMEABILITY JOULEHEATFRACTION INELASTICHEATFRACTION
HEATGENERATION FLUIDCONSTANTS VALUESATINFINITY SPECIFICGASCONSTANT UNIAXIALTESTDATA BIAXIALTESTDATA PLANARTESTDATA
VOLUMETRICTESTDATA SHEARTESTDATA COMBINEDTESTDATA
SOLIDSECTION SHELLSECTION SHELLGENERALSECTION MEMBRANESECTION SURFACESECTION BEAMSECTION BEAMGENERALSECTION FLUIDSECTION
RIGIDBODY MASS ROTARYINERTIA SECTIONCONTROLS HOURGLASSSTIFFNESS TRANSVERSESHEARSTIFFNESS TRANSVERSESHEAR
NONSTRUCTURALMASS COUPLING KINEMATIC KINEMATICCOUPLING DISTRIBUTING DISTRIBUTINGCOUPLING PRETENSIONSECTION
CONTACT CONTACTPAIR CONTACTINCLUSIONS CONTACTEXCLUSIONS CONTACTPROPERTYASSIGNMENT CONTACTINITIALIZATIONASSIGNMENT
CONTACTINITIALIZATIONDATA CONTACTCONTROLS CONTACTFORMULATION CONTACTDAMPING CONTACTINTERFERENCE CONTACTOUTPUT
CONTACTFILE CONTACTPRINT CONTACTSTABILIZATION CLEARANCE SURFACEINTERACTION SURFACEBEHAVIOR FRICTION COHESIVEBEHAVIOR
GAPCONDUCTANCE GAPHEATGENERATION SURFACEPROPERTYASSIGNMENT SURFACESMOOTHINGASSIGNMENT
CONTROLS SOLUTIONTECHNIQUE OUTPUT NODEOUTPUT ELEMENTOUTPUT NODEFILE NODEPRINT ELFILE ELPRINT MONITOR
"""
PASSED_OVER = frozenset(_WITHOUT_SHAPE.split())
"""Materials, sections, contact, loads, steps and output: they belong to the case."""


def check_known(block: Block) -> bool:
    """Tell whether a block is to be obeyed; False if it may be passed over.

    Raises
    ------
    MeshBuildError
        If neither is known of it, or an option of it is not understood.
    """
    keyword, place = block.keyword, block.line.place
    if keyword in PASSED_OVER:
        return False
    if keyword in REFUSED:
        raise MeshBuildError(f"{place}: *{_written(block)} is not followed", REFUSED[keyword])
    known = UNDERSTOOD.get(keyword)
    if known is None:
        raise MeshBuildError(
            f"{place}: the keyword *{_written(block)} is not known, so that it may shape the mesh",
            "take it out if it does not; the mesh needs *NODE, *ELEMENT, *NSET, *ELSET and *SURFACE only",
        )
    strange = [option for option in block.options if option not in known and option]
    if strange and "*" not in known:
        raise MeshBuildError(
            f"{place}: *{_written(block)} with {strange[0]} is not followed"
            + (f"; understood are {', '.join(sorted(known))}" if known else ""),
            _WRITE_OUT,
        )
    return True


def _written(block: Block) -> str:
    """Keyword as the file spells it."""
    return " ".join(block.line.text[1:].partition(",")[0].split())
