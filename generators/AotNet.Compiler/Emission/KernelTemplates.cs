using AotNet.Compiler.Emission.Kernels;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Which template spells each kernel record.</summary>
static class KernelTemplates
{
    /// <summary>The statement that runs a kernel, after asking the library for the methods it needs.</summary>
    internal static string Call(KernelLibrary library, Kernel kernel, Func<Buffer, string> address) => kernel switch
    {
        MatrixProduct k => MatrixProductTemplate.Call(library, k, address),
        PlainProduct k => PlainProductTemplate.Call(k, address),
        WeightGradient k => WeightGradientTemplate.Call(library, k, address),
        RowBackward k => RowBackwardTemplate.Call(library, k, address),
        RowInputGradient k => RowInputGradientTemplate.Call(library, k, address),
        Transpose k => TransposeTemplate.Call(library, k, address),
        ColumnMean k => ColumnMeanTemplate.Call(library, k, address),
        AverageGram k => AverageGramTemplate.Call(library, k, address),
        GramDrift k => GramDriftTemplate.Call(library, k, address),
        KeepGram k => KeepGramTemplate.Call(library, k, address),
        CholeskyFactor k => CholeskyFactorTemplate.Call(library, k, address),
        SlopeAlong k => SlopeAlongTemplate.Call(k, address),
        CholeskySolve k => CholeskySolveTemplate.Call(library, k, address),
        BlockedDecorrelation k => BlockedDecorrelationTemplate.Call(library, k, address),
        Convolution { Direct: true } k => DirectConvolutionTemplate.Call(library, k, address),
        Convolution k => ConvolutionTemplate.Call(library, k, address),
        ConvolutionGradient { Direct: true } k => DirectConvolutionGradientTemplate.Call(library, k, address),
        ConvolutionGradient k => ConvolutionGradientTemplate.Call(library, k, address),
        TurnWeights k => TurnWeightsTemplate.Call(library, k, address),
        PatchGram k => PatchGramTemplate.Call(library, k, address),
        GatherPatches k => GatherPatchesTemplate.Call(library, k, address),
        ArrangeTaps k => ArrangeTapsTemplate.Call(library, k, address),
        WoodburyDifference k => WoodburyDifferenceTemplate.Call(library, k, address),
        TapMean k => TapMeanTemplate.Call(library, k, address),
        SlopeBetween k => SlopeBetweenTemplate.Call(k, address),
        DepthwiseForward k => DepthwiseForwardTemplate.Call(library, k, address),
        DepthwiseInputGradient k => DepthwiseInputGradientTemplate.Call(library, k, address),
        DepthwiseWeightGradient k => DepthwiseWeightGradientTemplate.Call(library, k, address),
        MaxPool k => MaxPoolTemplate.Call(library, k, address),
        MaxPoolBackward k => MaxPoolBackwardTemplate.Call(library, k, address),
        AveragePool k => AveragePoolTemplate.Call(library, k, address),
        AveragePoolBackward k => AveragePoolBackwardTemplate.Call(library, k, address),
        Upsample k => UpsampleTemplate.Call(library, k, address),
        UpsampleBackward k => UpsampleBackwardTemplate.Call(library, k, address),
        Shift k => ShiftTemplate.Call(library, k, address),
        Repack k => RepackTemplate.Call(library, k, address),
        Clear k => ClearTemplate.Call(library, k, address),
        GroupNormForward k => GroupNormForwardTemplate.Call(library, k, address),
        GroupNormParameters k => GroupNormParametersTemplate.Call(library, k, address),
        GroupNormBackward k => GroupNormBackwardTemplate.Call(library, k, address),
        Elementwise k => ElementwiseTemplate.Call(library, k, address),
        Dropout k => DropoutTemplate.Call(library, k, address),
        CopyColumns k => CopyColumnsTemplate.Call(library, k, address),
        ScaleColumns k => ScaleColumnsTemplate.Call(library, k, address),
        BatchRmsForward k => BatchRmsForwardTemplate.Call(library, k, address),
        BatchRmsBackward k => BatchRmsBackwardTemplate.Call(library, k, address),
        BatchNormForward k => BatchNormForwardTemplate.Call(library, k, address),
        BatchNormRepeat k => BatchNormRepeatTemplate.Call(library, k, address),
        BatchNormBackward k => BatchNormBackwardTemplate.Call(library, k, address),
        RowNormForward k => RowNormForwardTemplate.Call(library, k, address),
        RowNormParameters k => RowNormParametersTemplate.Call(library, k, address),
        RowNormBackward k => RowNormBackwardTemplate.Call(library, k, address),
        SoftmaxLoss k => SoftmaxLossTemplate.Call(library, k, address),
        SoftmaxLink k => SoftmaxLinkTemplate.Call(library, k, address),
        PointwiseLoss k => PointwiseLossTemplate.Call(library, k, address),
        _ => throw new InvalidOperationException($"No template spells {kernel.Kind}."),
    };
}
