namespace AotNet.Compiler.Planning;

/// <summary>A step's decorrelation of one layer in multiply-adds, in parts that may recur at intervals of their own.</summary>
/// <param name="Gram">Gram matrices.</param>
/// <param name="Factor">Their factors.</param>
/// <param name="Solve">What each step does with those.</param>
public sealed record CurvatureParts(double Gram, double Factor, double Solve)
{
    /// <summary>All of it.</summary>
    public double Total => Gram + Factor + Solve;
}

/// <summary>
/// What a step's decorrelation of one layer costs in each form, in multiply-adds at the machine's peak: those of its
/// products, Gram, factor and solve at the fraction of peak that each reaches, and what is spent per block, strip and
/// value beside them. Over a grid of 832 layers whose kernels were all timed they name the fastest form in 98 % for either
/// instruction set, and lose less than 5 % of its time in 99 %.
/// </summary>
/// <param name="GramRate">Fraction of peak that a Gram reaches.</param>
/// <param name="FactorRate">Fraction of peak that a factorisation reaches between its diagonal blocks.</param>
/// <param name="SolveRate">Fraction of peak that a solve reaches between its diagonal blocks.</param>
/// <param name="DiagonalBlock">A 16 x 16 diagonal block of a factor.</param>
/// <param name="SubstitutedStrip">Both substitutions of a 16 x 16 strip of right sides in a diagonal block.</param>
/// <param name="TransposedValue">A value transposed.</param>
/// <param name="StreamedValue">A value read, or written, once.</param>
/// <param name="Kernel">Start of a kernel.</param>
public sealed record CurvatureCost(double GramRate, double FactorRate, double SolveRate, double DiagonalBlock, double SubstitutedStrip,
    double TransposedValue, double StreamedValue, double Kernel)
{
    /// <summary>What the planner uses.</summary>
    public static CurvatureCost Default { get; } = new(0.9, 0.9, 0.95, 10_000, 4_000, 8, 2, 2_000);

    /// <summary>Gram of the inputs, its factor, the gradient solved in place.</summary>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="rows">Rows of the batch.</param>
    public double Primal(int inputs, int outputs, int rows) => Of(CurvatureForm.Primal, inputs, outputs, rows, 0).Total;

    /// <summary>Gram of the inputs, its factor, the transposed inputs solved in place.</summary>
    /// <inheritdoc cref="Primal"/>
    public double PrimalInputs(int inputs, int outputs, int rows) => Of(CurvatureForm.PrimalInputs, inputs, outputs, rows, 0).Total;

    /// <summary>Gram of the samples, its factor, the residual solved.</summary>
    /// <inheritdoc cref="Primal"/>
    public double Dual(int inputs, int outputs, int rows) => Of(CurvatureForm.Dual, inputs, outputs, rows, 0).Total;

    /// <summary>The parts of a form's cost.</summary>
    /// <param name="form">Form.</param>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="block">Order of a block of the blocked form.</param>
    public CurvatureParts Of(CurvatureForm form, int inputs, int outputs, int rows, int block)
    {
        int order = inputs + 1;
        double sums = Gram(inputs, rows) + Kernel + (double)inputs * rows * StreamedValue;
        switch (form)
        {
            case CurvatureForm.Primal:
                return new CurvatureParts(sums, Factor(order), Solve(order, outputs));
            case CurvatureForm.PrimalInputs:
                return new CurvatureParts(sums, Factor(order), Transpose(inputs, rows) + Solve(order, rows));
            case CurvatureForm.Dual:
                return new CurvatureParts(Transpose(inputs, rows) + Gram(rows, inputs), Factor(rows),
                    Solve(Padded(rows), outputs) + 2.0 * rows * Padded(outputs) * StreamedValue);
            case CurvatureForm.TwoSided:
                CurvatureParts side = Of(CheapestPrimal(inputs, outputs, rows), inputs, outputs, rows, 0);
                return new CurvatureParts(side.Gram + Gram(outputs, rows), side.Factor + Factor(outputs),
                    side.Solve + 2 * Transpose(outputs, rows) + Solve(outputs, rows));
            case CurvatureForm.Blocked:
                double blocks = Math.Ceiling((double)order / block);
                return new CurvatureParts(blocks * (Gram(block, rows) + Kernel + (double)block * rows * 2 * StreamedValue), blocks * Factor(block),
                    blocks * (Solve(block, outputs) + 4.0 * block * Padded(outputs) * StreamedValue));
            default:
                return new CurvatureParts(0, 0, 0);
        }
    }

    /// <summary>The cheapest exact form.</summary>
    /// <inheritdoc cref="Primal"/>
    public CurvatureForm Cheapest(int inputs, int outputs, int rows) =>
        Dual(inputs, outputs, rows) < Math.Min(Primal(inputs, outputs, rows), PrimalInputs(inputs, outputs, rows))
            ? CurvatureForm.Dual
            : CheapestPrimal(inputs, outputs, rows);

    /// <summary>The cheaper of the forms with a Gram of the inputs.</summary>
    /// <inheritdoc cref="Primal"/>
    public CurvatureForm CheapestPrimal(int inputs, int outputs, int rows) =>
        PrimalInputs(inputs, outputs, rows) < Primal(inputs, outputs, rows) ? CurvatureForm.PrimalInputs : CurvatureForm.Primal;

    /// <summary>One line a constant.</summary>
    public override string ToString() => string.Join("\n",
        Line("Gram, fraction of peak", GramRate), Line("factor, fraction of peak", FactorRate), Line("solve, fraction of peak", SolveRate),
        Line("diagonal block, multiply-adds", DiagonalBlock), Line("substituted strip, multiply-adds", SubstitutedStrip),
        Line("transposed value, multiply-adds", TransposedValue), Line("streamed value, multiply-adds", StreamedValue),
        Line("kernel, multiply-adds", Kernel));

    /// <summary>The upper triangle, in tiles that reach half a tile below it.</summary>
    internal double Gram(int order, int terms) => Kernel + terms * Padded(order) * (Padded(order) + 24.0) / 2 / GramRate;

    /// <summary>A factor of this order.</summary>
    internal double Factor(int order)
    {
        double n = Padded(order);
        return Kernel + n * n * n / 6 / FactorRate + n / 16 * DiagonalBlock + n * n * StreamedValue;
    }

    /// <summary>Both substitutions of as many right sides.</summary>
    internal double Solve(int order, int columns)
    {
        double n = order, width = Padded(columns);
        return Kernel + Math.Max(0, n * (n - 16)) * width / SolveRate + n / 16 * (width / 16) * SubstitutedStrip;
    }

    /// <summary>A matrix of as many rows transposed.</summary>
    internal double Transpose(int inputs, int rows) => Kernel + (double)inputs * Padded(rows) * TransposedValue;

    static int Padded(int extent) => Buffer.RoundUp(extent, 16);

    static string Line(string name, double value) => $"{name}: {value.ToString("0.###", Literal.Culture)}";
}
