namespace AotNet.Compiler.Graphs;

/// <summary>
/// What the compiler finds in a declaration: errors, and notes on what is allowed but loses something, which stop nothing.
/// The generator gives each an id and a message.
/// </summary>
public enum GraphError
{
    /// <summary>Batch outside 1 to 65,536. Arguments: found.</summary>
    BatchOutOfRange,

    /// <summary>CurvatureBlock outside 1 to 4,096. Arguments: found.</summary>
    CurvatureBlockOutOfRange,

    /// <summary>An extent or a number of classes below its least value. Arguments: parameter, found, least.</summary>
    ExtentOutOfRange,

    /// <summary>A sample or weight matrix too large to address. Arguments: what, size, limit.</summary>
    TooLarge,

    /// <summary>Operands of <c>+</c> differ in shape. Arguments: left, right.</summary>
    ShapesDoNotMeet,

    /// <summary>A width below 1. Arguments: found.</summary>
    WidthNotPositive,

    /// <summary>A numeric argument outside its range. Arguments: name, found, range.</summary>
    ArgumentOutOfRange,

    /// <summary>Two layers of one name. Arguments: name.</summary>
    DuplicateLayerName,

    /// <summary>A layer name that is empty or has characters outside letters, digits and _. Arguments: name.</summary>
    InvalidLayerName,

    /// <summary>Output width and number of classes differ. Arguments: width, classes.</summary>
    ClassesDoNotMatch,

    /// <summary>Output and target differ in shape. Arguments: output, target.</summary>
    TargetsDoNotMatch,

    /// <summary>A parameter that the objective does not depend on. Arguments: name.</summary>
    UnusedParameter,

    /// <summary>The result of a call that the objective does not depend on. Arguments: method.</summary>
    UnusedLayer,

    /// <summary>An objective that is built but not returned. Arguments: method.</summary>
    SecondObjective,

    /// <summary><c>Concat</c> without parts. No arguments.</summary>
    NothingToConcatenate,

    /// <summary>A network without a layer that learns. No arguments.</summary>
    NothingToLearn,

    /// <summary>A window over what is no image or sequence. Arguments: method, what it takes, found.</summary>
    NotAnImage,

    /// <summary>A window that reaches beyond the padded image. Arguments: what, reach, padded extents.</summary>
    WindowTooLarge,

    /// <summary>Groups that do not divide the channels. Arguments: groups, which channels, their number.</summary>
    GroupsDoNotDivide,

    /// <summary>Parts of <c>Concat</c> that differ in their positions. Arguments: first, other.</summary>
    ImagesDoNotMeet,

    /// <summary>A curvature form that the layer does not have. Arguments: form, method, why.</summary>
    CurvatureNotAvailable,

    /// <summary>The arena exceeds <c>MaxMemory</c>, found by the planner. Arguments: bytes, limit.</summary>
    ArenaTooLarge,

    /// <summary>A layer of a contractive network expands. Arguments: method, inputs, outputs, dimensions lost.</summary>
    ContractiveLayerExpands,

    /// <summary>An activation of a contractive network zeroes residuals. Arguments: method.</summary>
    ContractiveResidualZeroed,

    /// <summary>Note: a layer expands. Arguments: method, inputs, outputs, dimensions lost.</summary>
    LayerExpands,

    /// <summary>Note: an activation zeroes residuals. Arguments: method.</summary>
    ResidualZeroed,
}

/// <summary>A finding at a place in the specification.</summary>
/// <param name="Error">What was found.</param>
/// <param name="Call">Index into <c>NetworkSpec.Calls</c>; -1 when not at a call.</param>
/// <param name="Argument">
/// Within the call: index into its operands followed by its arguments, -1 for the whole call. When <paramref name="Call"/>
/// is -1: index of the parameter of <c>Define</c>, or -1 for the class and its attribute.
/// </param>
/// <param name="MessageArguments">Values for the message.</param>
public sealed record GraphDiagnostic(GraphError Error, int Call, int Argument, EquatableArray<string> MessageArguments)
{
    /// <summary>Whether the declaration compiles all the same.</summary>
    public bool IsNote => Error is GraphError.LayerExpands or GraphError.ResidualZeroed;
}
