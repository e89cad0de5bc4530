using AotNet.Compiler;
using AotNet.Generator.Diagnostics;

namespace AotNet.Generator.Reading;

/// <summary>Where the parts of a specification stand in the sources: the second half of what reading gives.</summary>
/// <param name="Class">Name of the class.</param>
/// <param name="Batch">Value of Batch on the attribute; the class's name when left out.</param>
/// <param name="MaxMemory">Value of MaxMemory on the attribute; the class's name when left out.</param>
/// <param name="CurvatureBlock">Value of CurvatureBlock on the attribute; the class's name when left out.</param>
/// <param name="Parameters">One per parameter of Define.</param>
/// <param name="Calls">One per call of the specification.</param>
sealed record LocationTable(
    LocationInfo Class,
    LocationInfo Batch,
    LocationInfo MaxMemory,
    LocationInfo CurvatureBlock,
    EquatableArray<ParameterLocations> Parameters,
    EquatableArray<CallLocations> Calls);

/// <summary>Where a parameter of Define stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attribute">Its [Shape] or [Classes].</param>
/// <param name="Extents">The attribute's arguments.</param>
sealed record ParameterLocations(LocationInfo Name, LocationInfo Attribute, EquatableArray<LocationInfo> Extents);

/// <summary>Where a call stands.</summary>
/// <param name="Whole">From the method's name to the closing parenthesis; for + the whole expression.</param>
/// <param name="Parts">Its operands, then its arguments; what is left out in the source stands for the whole.</param>
sealed record CallLocations(LocationInfo Whole, EquatableArray<LocationInfo> Parts);
