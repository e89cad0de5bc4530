using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Planning;

/// <summary>What a step's decorrelation of a convolution costs in each form, by the constants of <see cref="CurvatureCost"/>.</summary>
/// <param name="Taps">Taps of the kernel.</param>
/// <param name="Channels">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Bias">Whether it has a bias.</param>
/// <param name="Positions">Positions of the inputs of a batch: what a Gram of channels sums over.</param>
/// <param name="Windows">Windows of a batch: what a Gram of patches sums over.</param>
/// <param name="Block">Largest order of a block.</param>
sealed record ConvolutionCurvatureCost(int Taps, int Channels, int Outputs, bool Bias, long Positions, long Windows, int Block)
{
    static readonly CurvatureCost Cost = CurvatureCost.Default;

    /// <summary>Values of a patch.</summary>
    internal int Terms => (int)Math.Min((long)Taps * Channels, int.MaxValue - 1);

    /// <summary>Columns of all taps side by side.</summary>
    internal int Width => (int)Math.Min((long)Taps * Buffer.RoundUp(Outputs, 16), int.MaxValue - 64);

    /// <summary>Multiply-adds of the three products of a step.</summary>
    internal double Products => 3.0 * Windows * (Terms + 1) * Buffer.RoundUp(Outputs, 8);

    /// <summary>That of a layer.</summary>
    internal static ConvolutionCurvatureCost Of(ConvOp op, Shape input, Shape output, NetworkSpec spec) => new(op.WindowOver(input).Taps,
        input.Channels, output.Channels, op.Bias, (long)spec.Batch * input.Positions, (long)spec.Batch * output.Positions, spec.CurvatureBlock);

    /// <summary>Order of the systems of a form; that of the inputs where there are two.</summary>
    internal int OrderOf(CurvatureForm form)
    {
        int own = (ConvolutionCurvature.IsByPatches(form) ? Terms : Channels) + (Bias ? 1 : 0);
        return form switch
        {
            CurvatureForm.Off => 0,
            CurvatureForm.ChannelsDual => (int)Positions,
            CurvatureForm.PatchesDual => (int)Windows,
            CurvatureForm.ChannelsBlocked or CurvatureForm.PatchesBlocked => Math.Min(own, Block),
            _ => own,
        };
    }

    /// <summary>The parts of a form's cost.</summary>
    internal CurvatureParts Of(CurvatureForm form) => form switch
    {
        CurvatureForm.Channels => Primal(Channels + 1, Positions, Width, Moved(Channels + 1)),
        CurvatureForm.ChannelsDual => Woodbury(),
        CurvatureForm.ChannelsBlocked => Blocked(Channels + 1, Positions, Width, Moved(Channels + 1)),
        CurvatureForm.Patches => Primal(Terms + 1, Windows, Outputs, 0),
        CurvatureForm.PatchesDual => Dual(),
        CurvatureForm.PatchesBlocked => Blocked(Terms + 1, Windows, Outputs, 0),
        CurvatureForm.PatchesTwoSided => TwoSided(),
        _ => new CurvatureParts(0, 0, 0),
    };

    CurvatureParts Primal(int order, long patches, int width, double moved)
    {
        int columns = (int)PatchGram.ColumnsOf(patches);
        return new CurvatureParts(Cost.Gram(order, columns) + Cost.StreamedValue * order * columns, Cost.Factor(order), Cost.Solve(order, width) + moved);
    }

    CurvatureParts Dual()
    {
        CurvatureParts dense = Cost.Of(CurvatureForm.Dual, Terms, Outputs, (int)Windows, 0);
        return dense with { Gram = dense.Gram + Gathered(Terms, Windows) };
    }

    /// <summary>Beside the samples' system, a product to their columns and one back.</summary>
    CurvatureParts Woodbury()
    {
        CurvatureParts dense = Cost.Of(CurvatureForm.Dual, Channels, Width, (int)Positions, 0);
        double products = 2.0 * Positions * (Channels + 1) * Width / CurvatureCost.Default.GramRate;
        return new CurvatureParts(dense.Gram + Gathered(Channels, Positions), dense.Factor, dense.Solve + products + 2 * Moved(Channels + 1));
    }

    /// <summary>Beside the patches' system that of the residuals, solved for the transposed gradient.</summary>
    CurvatureParts TwoSided()
    {
        CurvatureParts patches = Primal(Terms + 1, Windows, Outputs, 0), residuals = Primal(Outputs, Windows, Terms + 1, 2 * Cost.Transpose(Terms + 1, Outputs));
        return new CurvatureParts(patches.Gram + residuals.Gram, patches.Factor + residuals.Factor, patches.Solve + residuals.Solve);
    }

    /// <summary>Each block gathers whole patches, of which it picks its own values.</summary>
    CurvatureParts Blocked(int order, long patches, int width, double moved)
    {
        int block = Math.Min(order, Block);
        long columns = PatchGram.ColumnsOf(patches);
        double blocks = Math.Ceiling((double)order / block);
        return new CurvatureParts(
            blocks * (Cost.Gram(block, (int)columns) + Cost.StreamedValue * columns * (order + 2.0 * block)), blocks * Cost.Factor(block),
            blocks * (Cost.Solve(block, width) + 4 * Cost.StreamedValue * block * Buffer.RoundUp(width, 16)) + moved);
    }

    static double Gathered(int terms, long patches) => 2 * Cost.StreamedValue * terms * patches;

    /// <summary>A gradient by taps brought in the order of channels, and back.</summary>
    double Moved(int order) => 4 * Cost.StreamedValue * order * Width;
}
