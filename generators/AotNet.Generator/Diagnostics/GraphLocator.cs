using System.Globalization;
using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Specification;
using AotNet.Generator.Reading;
using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Diagnostics;

/// <summary>Turns what the compiler found into diagnostics at places in the sources.</summary>
static class GraphLocator
{
    /// <summary>The diagnostic for <paramref name="found"/>.</summary>
    public static DiagnosticInfo Locate(GraphDiagnostic found, NetworkSpec spec, LocationTable locations) =>
        new(DescriptorOf(found.Error), PlaceOf(found, spec, locations), found.MessageArguments)
        {
            InTree = true,
            LargestWidth = LargestWidth(found, spec),
        };

    /// <summary>The descriptor of an error.</summary>
    public static DiagnosticDescriptor DescriptorOf(GraphError error) => error switch
    {
        GraphError.BatchOutOfRange => GraphDescriptors.BatchOutOfRange,
        GraphError.CurvatureBlockOutOfRange => GraphDescriptors.CurvatureBlockOutOfRange,
        GraphError.ExtentOutOfRange => GraphDescriptors.ExtentOutOfRange,
        GraphError.TooLarge => GraphDescriptors.TooLarge,
        GraphError.ShapesDoNotMeet => GraphDescriptors.ShapesDoNotMeet,
        GraphError.WidthNotPositive => GraphDescriptors.WidthNotPositive,
        GraphError.ArgumentOutOfRange => GraphDescriptors.ArgumentOutOfRange,
        GraphError.DuplicateLayerName => GraphDescriptors.DuplicateLayerName,
        GraphError.InvalidLayerName => GraphDescriptors.InvalidLayerName,
        GraphError.ClassesDoNotMatch => GraphDescriptors.ClassesDoNotMatch,
        GraphError.TargetsDoNotMatch => GraphDescriptors.TargetsDoNotMatch,
        GraphError.UnusedParameter => GraphDescriptors.UnusedParameter,
        GraphError.UnusedLayer => GraphDescriptors.UnusedLayer,
        GraphError.SecondObjective => GraphDescriptors.SecondObjective,
        GraphError.NothingToConcatenate => GraphDescriptors.NothingToConcatenate,
        GraphError.NothingToLearn => GraphDescriptors.NothingToLearn,
        GraphError.NotAnImage => GraphDescriptors.NotAnImage,
        GraphError.WindowTooLarge => GraphDescriptors.WindowTooLarge,
        GraphError.GroupsDoNotDivide => GraphDescriptors.GroupsDoNotDivide,
        GraphError.ImagesDoNotMeet => GraphDescriptors.ImagesDoNotMeet,
        GraphError.CurvatureNotAvailable => GraphDescriptors.CurvatureNotAvailable,
        GraphError.ArenaTooLarge => GraphDescriptors.ArenaTooLarge,
        GraphError.ContractiveLayerExpands => GraphDescriptors.ContractiveLayerExpands,
        GraphError.ContractiveResidualZeroed => GraphDescriptors.ContractiveResidualZeroed,
        GraphError.LayerExpands => GraphDescriptors.LayerExpands,
        GraphError.ResidualZeroed => GraphDescriptors.ResidualZeroed,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "This error has no descriptor."),
    };

    // The network's output is as wide as its target and cannot be made narrower.
    static string? LargestWidth(GraphDiagnostic found, NetworkSpec spec)
    {
        if (found.Error is not (GraphError.LayerExpands or GraphError.ContractiveLayerExpands))
            return null;
        CallSpec objective = spec.Calls[spec.Result - spec.Parameters.Count];
        return objective.Operands[0] == spec.Parameters.Count + found.Call ? null : found.MessageArguments[1];
    }

    static LocationInfo PlaceOf(GraphDiagnostic found, NetworkSpec spec, LocationTable locations)
    {
        if (found.Call >= 0)
        {
            CallLocations call = locations.Calls[found.Call];
            return found.Argument >= 0 && found.Argument < call.Parts.Count ? call.Parts[found.Argument] : call.Whole;
        }
        if (found.Argument >= 0)
            return PlaceOfParameter(found, spec.Parameters[found.Argument], locations.Parameters[found.Argument]);
        return found.Error switch
        {
            GraphError.BatchOutOfRange => locations.Batch,
            GraphError.CurvatureBlockOutOfRange => locations.CurvatureBlock,
            GraphError.ArenaTooLarge => locations.MaxMemory,
            _ => locations.Class,
        };
    }

    static LocationInfo PlaceOfParameter(GraphDiagnostic found, ParameterSpec parameter, ParameterLocations places)
    {
        if (found.Error is not (GraphError.ExtentOutOfRange or GraphError.TooLarge))
            return places.Name;
        // An extent that is written by itself can be pointed at; one inside an array expression cannot.
        if (found.Error == GraphError.ExtentOutOfRange && places.Extents.Count == parameter.Extents.Count)
        {
            for (int i = 0; i < places.Extents.Count; i++)
            {
                if (parameter.Extents[i].ToString(CultureInfo.InvariantCulture) == found.MessageArguments[1])
                    return places.Extents[i];
            }
        }
        return places.Attribute;
    }
}
