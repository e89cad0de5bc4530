using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;
using AotNet.Peers.Products;
using AotNet.Runtime;

namespace AotNet.Peers.Curvatures;

/// <summary>
/// The decorrelation of one dense layer by OpenBLAS: ssyrk, spotrf, and spotrs or two strsm. Matrices are row-major and
/// without padding; a row-major upper triangle is LAPACK's lower one. The inputs have a column of ones for the bias.
/// </summary>
sealed unsafe class BlasCurvature : IDisposable
{
    const float Damping = 1;
    const byte LapackUpper = (byte)'U', LapackLower = (byte)'L';

    readonly Arena arena;
    readonly int rows, inputs, outputs, extended, order;
    readonly bool dual;
    readonly float* x, residual, ones, gram, factor, rightSide, solution, gradient, solvedInputs;

    internal BlasCurvature(LayerShape layer, int rows, Curvature form, CurvatureLayer operands)
    {
        this.rows = rows;
        (inputs, outputs, extended) = (layer.Inputs, layer.Outputs, layer.Inputs + 1);
        dual = form == Curvature.Dual;
        order = dual ? rows : extended;
        long square = (long)order * order, side = (long)order * outputs;
        long[] lengths =
        [
            (long)rows * extended, (long)rows * outputs, rows, square, square, side, side, (long)extended * outputs, (long)rows * extended,
        ];
        arena = new Arena(lengths.Sum(static length => RoundUp(length)) * sizeof(float));
        float* next = (float*)arena.Base;
        float* Place(int index)
        {
            float* place = next;
            next += RoundUp(lengths[index]);
            return place;
        }
        x = Place(0);
        residual = Place(1);
        ones = Place(2);
        gram = Place(3);
        factor = Place(4);
        rightSide = Place(5);
        solution = Place(6);
        gradient = Place(7);
        solvedInputs = Place(8);
        float[] values = operands.X;
        for (int row = 0; row < rows; row++)
        {
            values.AsSpan(row * inputs, inputs).CopyTo(new Span<float>(x + (nint)row * extended, inputs));
            x[(nint)row * extended + inputs] = 1;
            ones[row] = 1;
        }
        operands.Residual.CopyTo(new Span<float>(residual, rows * outputs));
        Whole(1);
        Mirror();
    }

    /// <summary>Gram of the inputs, their means as last column, or Gram of the samples, to which the bias adds 1 later.</summary>
    internal Contestant Gram => dual ? new Contestant(Repeat(GramOfSamples)) : new Contestant(Repeat(GramExtended), Repeat(GramBordered));

    /// <summary>Copies the triangle, for it is needed again when damping has to be raised, damps it and factors it.</summary>
    internal Contestant Factor => new(Repeat(FactorRows), Repeat(FactorColumns));

    /// <summary>Copies the right side and solves.</summary>
    internal Contestant Solve => new(Repeat(SolveRows), Repeat(SolveColumns));

    /// <summary>Decorrelated gradient from inputs and residual.</summary>
    internal Contestant All => dual
        ? new Contestant(Whole)
        : new Contestant(Whole, Repeat(WholeByColumns), Repeat(WholeByInputs));

    /// <summary>Decorrelated gradient, bias row last, extended inputs x outputs; of the last <see cref="Whole"/>.</summary>
    internal ReadOnlySpan<float> Gradient => new(gradient, extended * outputs);

    /// <summary>The right side of the solve: the gradient, bias row last, or the residual.</summary>
    internal ReadOnlySpan<float> RightSide => new(rightSide, order * outputs);

    public void Dispose() => arena.Dispose();

    static Action<int> Repeat(Action work) => times =>
    {
        for (int i = 0; i < times; i++)
            work();
    };

    void Whole(int times)
    {
        for (int i = 0; i < times; i++)
        {
            GramExtended();
            FactorRows();
            if (dual)
            {
                new ReadOnlySpan<float>(residual, order * outputs).CopyTo(new Span<float>(rightSide, order * outputs));
                SolveRows();
                WeightGradient(solution, gradient);
            }
            else
            {
                WeightGradient(residual, rightSide);
                SolveRows();
                new ReadOnlySpan<float>(solution, order * outputs).CopyTo(new Span<float>(gradient, order * outputs));
            }
        }
    }

    /// <summary>The primal form with the gradient stored outputs x inputs, as LAPACK's solve wants it.</summary>
    void WholeByColumns()
    {
        GramExtended();
        FactorRows();
        OpenBlas.Gemm(OpenBlas.RowMajor, OpenBlas.Transpose, OpenBlas.NoTranspose, outputs, extended, rows, 1f / rows, residual, outputs,
            x, extended, 0, solution, extended);
        Potrs(solution, outputs);
    }

    /// <summary>The primal form with the inputs solved in place of the gradient: less work where rows are fewer than outputs.</summary>
    void WholeByInputs()
    {
        GramExtended();
        FactorRows();
        new ReadOnlySpan<float>(x, rows * extended).CopyTo(new Span<float>(solvedInputs, rows * extended));
        Potrs(solvedInputs, rows);
        OpenBlas.Gemm(OpenBlas.RowMajor, OpenBlas.Transpose, OpenBlas.NoTranspose, extended, outputs, rows, 1f / rows, solvedInputs, extended,
            residual, outputs, 0, gradient, outputs);
    }

    void WeightGradient(float* from, float* to) => OpenBlas.Gemm(OpenBlas.RowMajor, OpenBlas.Transpose, OpenBlas.NoTranspose, extended,
        outputs, rows, 1f / rows, x, extended, from, outputs, 0, to, outputs);

    void GramExtended() => OpenBlas.Syrk(OpenBlas.RowMajor, OpenBlas.Upper, dual ? OpenBlas.NoTranspose : OpenBlas.Transpose, order,
        dual ? extended : rows, 1f / rows, x, extended, 0, gram, order);

    void GramBordered()
    {
        OpenBlas.Syrk(OpenBlas.RowMajor, OpenBlas.Upper, OpenBlas.Transpose, inputs, rows, 1f / rows, x, extended, 0, gram, order);
        OpenBlas.Gemv(OpenBlas.RowMajor, OpenBlas.Transpose, rows, inputs, 1f / rows, x, extended, ones, 1, 0, gram + inputs, order);
        gram[(nint)order * order - 1] = 1;
    }

    void GramOfSamples() => OpenBlas.Syrk(OpenBlas.RowMajor, OpenBlas.Upper, OpenBlas.NoTranspose, order, inputs, 1f / rows, x, extended, 0,
        gram, order);

    void FactorRows()
    {
        for (int row = 0; row < order; row++)
            CopyRow(row, row, order - row);
        Potrf(LapackLower);
    }

    void FactorColumns()
    {
        for (int row = 0; row < order; row++)
            CopyRow(row, 0, row + 1);
        Potrf(LapackUpper);
    }

    void CopyRow(int row, int column, int count)
    {
        nint offset = (nint)row * order + column;
        new ReadOnlySpan<float>(gram + offset, count).CopyTo(new Span<float>(factor + offset, count));
        factor[(nint)row * order + row] += Damping;
    }

    void Potrf(byte triangle)
    {
        int n = order, info;
        OpenBlas.Potrf(&triangle, &n, factor, &n, &info);
        if (info != 0)
            throw new PeersException($"OpenBLAS met a pivot that is not positive in row {info}.");
    }

    void SolveRows()
    {
        new ReadOnlySpan<float>(rightSide, order * outputs).CopyTo(new Span<float>(solution, order * outputs));
        foreach (int transposed in (ReadOnlySpan<int>)[OpenBlas.Transpose, OpenBlas.NoTranspose])
        {
            OpenBlas.Trsm(OpenBlas.RowMajor, OpenBlas.Left, OpenBlas.Upper, transposed, OpenBlas.NonUnit, order, outputs, 1, factor, order,
                solution, outputs);
        }
    }

    void SolveColumns()
    {
        new ReadOnlySpan<float>(rightSide, order * outputs).CopyTo(new Span<float>(solution, order * outputs));
        Potrs(solution, outputs);
    }

    /// <summary>Solves in place; each right side contiguous.</summary>
    void Potrs(float* rightSides, int count)
    {
        byte triangle = LapackLower;
        int n = order, info;
        OpenBlas.Potrs(&triangle, &n, &count, factor, &n, rightSides, &n, &info);
    }

    /// <summary>Both triangles of the Gram matrix, so that either can be factored.</summary>
    void Mirror()
    {
        for (nint row = 0; row < order; row++)
            for (nint column = 0; column < row; column++)
                gram[row * order + column] = gram[column * order + row];
    }

    static long RoundUp(long length) => (length + 15) / 16 * 16;
}
