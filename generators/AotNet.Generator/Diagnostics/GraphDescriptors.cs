using AotNet.Compiler.Graphs;
using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Diagnostics;

/// <summary>What the compiler's graph and planning stages find (AOTN2xxx): one descriptor per <see cref="GraphError"/>.</summary>
static class GraphDescriptors
{
    const string Category = "AotNet.Network";

    public static readonly DiagnosticDescriptor BatchOutOfRange = new(
        "AOTN2001", "Batch out of range",
        "Batch is {0}, but it must be from 1 to 65,536; choose a batch in that range",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2001");

    public static readonly DiagnosticDescriptor CurvatureBlockOutOfRange = new(
        "AOTN2002", "CurvatureBlock out of range",
        "CurvatureBlock is {0}, but it must be from 1 to 4,096; choose a block in that range (500 when left out)",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2002");

    public static readonly DiagnosticDescriptor ExtentOutOfRange = new(
        "AOTN2003", "Extent out of range",
        "Parameter '{0}' is declared with {1}, but the least is {2}; give the size of one sample",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2003");

    public static readonly DiagnosticDescriptor TooLarge = new(
        "AOTN2004", "Too large to address",
        "{0} has {1} values, but at most {2} can be addressed; use smaller extents or widths",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2004");

    public static readonly DiagnosticDescriptor ShapesDoNotMeet = new(
        "AOTN2005", "Shapes do not meet",
        "The operands of + have shapes {0} and {1}, but they must be equal; project one of them, for example with Dense, or an image with a Conv of kernel 1 and the stride of the other",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2005");

    public static readonly DiagnosticDescriptor WidthNotPositive = new(
        "AOTN2006", "Width is not positive",
        "The layer's width is {0}, but it must be at least 1; check the value that is passed here",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2006");

    public static readonly DiagnosticDescriptor ArgumentOutOfRange = new(
        "AOTN2007", "Argument out of range",
        "'{0}' is {1}, but it must be {2}; choose a value in that range",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2007");

    public static readonly DiagnosticDescriptor DuplicateLayerName = new(
        "AOTN2008", "Layer name is not unique",
        "Another layer is named '{0}' already, but checkpoints find parameters by name; give each layer its own name",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2008");

    public static readonly DiagnosticDescriptor InvalidLayerName = new(
        "AOTN2009", "Layer name is not valid",
        "'{0}' is not a layer name; use letters, digits and _, at least one of them",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2009");

    public static readonly DiagnosticDescriptor ClassesDoNotMatch = new(
        "AOTN2010", "Output does not match the number of classes",
        "The output has {0} values, but the labels have {1} classes; make the last layer {1} wide or change [Classes]",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2010");

    public static readonly DiagnosticDescriptor TargetsDoNotMatch = new(
        "AOTN2011", "Output does not match the targets",
        "The output has shape {0}, but the targets have shape {1}; make the last layer fit or change the targets' [Shape]",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2011");

    public static readonly DiagnosticDescriptor UnusedParameter = new(
        "AOTN2012", "Parameter is not used",
        "The objective does not depend on parameter '{0}'; use it or remove it",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2012");

    public static readonly DiagnosticDescriptor UnusedLayer = new(
        "AOTN2013", "Layer is not used",
        "The objective does not depend on the result of this {0}; use the result or remove the call",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2013");

    public static readonly DiagnosticDescriptor SecondObjective = new(
        "AOTN2014", "Second objective",
        "This {0} is not the objective that Define returns, but a network has one objective; remove it",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2014");

    public static readonly DiagnosticDescriptor NothingToConcatenate = new(
        "AOTN2015", "Nothing to concatenate",
        "Concat has no parts, but it joins at least one tensor; pass the tensors to join",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2015");

    public static readonly DiagnosticDescriptor NothingToLearn = new(
        "AOTN2016", "Nothing to learn",
        "The network has no layer that learns, so there is nothing to train; add a layer with weights, such as Dense",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2016");

    public static readonly DiagnosticDescriptor ArenaTooLarge = new(
        "AOTN2017", "Network needs too much memory",
        "The network needs {0} bytes, but MaxMemory allows {1}; raise MaxMemory, or reduce Batch or the layers' widths",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2017");

    public static readonly DiagnosticDescriptor ContractiveLayerExpands = new(
        "AOTN2101", "Layer of a contractive network expands",
        "The network promises to be contractive, but this {0} expands {1} inputs to {2} outputs, which loses at least {3} "
            + "dimensions of every residual; make it at most {1} wide, or what comes before it wider",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2101");

    public static readonly DiagnosticDescriptor ContractiveResidualZeroed = new(
        "AOTN2102", "Activation of a contractive network zeroes residuals",
        "The network promises to lose no residual, but this {0} zeroes that of every unit which is not active; use ModU, which keeps all",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2102");

    public static readonly DiagnosticDescriptor LayerExpands = new(
        "AOTN2103", "Layer expands",
        "This {0} expands {1} inputs to {2} outputs, so at least {3} dimensions of every residual end here; "
            + "at most {1} outputs would lose none",
        Category, DiagnosticSeverity.Info, true, helpLinkUri: HelpLink.Base + "aotn2103");

    public static readonly DiagnosticDescriptor ResidualZeroed = new(
        "AOTN2104", "Activation zeroes residuals",
        "This {0} zeroes the residual of every unit which is not active; ModU keeps all",
        Category, DiagnosticSeverity.Info, true, helpLinkUri: HelpLink.Base + "aotn2104");

    public static readonly DiagnosticDescriptor NotAnImage = new(
        "AOTN2201", "Input is not an image",
        "{0} takes {1}, but its input has shape {2}; use it before the features are flattened, or declare the input's [Shape] so",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2201");

    public static readonly DiagnosticDescriptor WindowTooLarge = new(
        "AOTN2202", "Window is larger than the image",
        "The window of {0} reaches over {1}, but the image with its padding is {2}; use a smaller window or dilation, or more padding",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2202");

    public static readonly DiagnosticDescriptor GroupsDoNotDivide = new(
        "AOTN2203", "Groups do not divide the channels",
        "{0} groups do not divide {2} {1} channels; choose a divisor of their number",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2203");

    public static readonly DiagnosticDescriptor ImagesDoNotMeet = new(
        "AOTN2204", "Images do not meet",
        "Concat joins channels at each position, but its parts have shapes {0} and {1}; bring them to one height and width, or flatten them",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2204");

    public static readonly DiagnosticDescriptor CurvatureNotAvailable = new(
        "AOTN2205", "Layer has no such curvature",
        "Curvature.{0} is not for {1}: {2}; leave the curvature out to have a fitting one chosen",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn2205");
}
