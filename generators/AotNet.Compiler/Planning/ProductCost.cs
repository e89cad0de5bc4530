namespace AotNet.Compiler.Planning;

/// <summary>
/// What products and transpositions cost, in multiply-adds of 16 floats, for choices between layouts of the same work.
/// </summary>
static class ProductCost
{
    /// <summary>Of each element that is transposed.</summary>
    internal const double TransposedElement = 0.6;

    /// <summary>Of each element of an operand that is transposed panel by panel into the second-level cache.</summary>
    const double PanelElement = 0.24;

    /// <summary>Of each element that tiles transpose aside.</summary>
    const double ElementAside = 0.02;

    /// <summary>Terms from which on a tile can take the sums of the one before it aside.</summary>
    const int TermsAside = 96;

    /// <summary>Rows from which on a panel has tiles enough to transpose the next one aside, and columns of the first, which nobody does.</summary>
    const int RowsAside = 96, FirstPanel = 48;

    /// <summary>Of adding up the lanes of four sums.</summary>
    const double LaneSums = 8;

    /// <summary>Columns that padding fills up: half a vector.</summary>
    const int Columns = 8;

    /// <summary>A product of rows x columns with sums of <paramref name="terms"/>.</summary>
    internal static double Product(int rows, int terms, int columns) =>
        (double)rows * terms * Buffer.RoundUp(columns, Columns) / 16;

    /// <summary>dW of a dense layer as it stands, and with vectors along the inputs and a transposition.</summary>
    internal static (double AsItIs, double Transposed) WeightGradient(int rows, int inputs, int outputs) =>
        (Product(inputs, rows, outputs), Product(outputs, rows, inputs) + Transposition(outputs, inputs));

    /// <summary>dX of a dense layer by transposing dY and the result, and by transposing W.</summary>
    internal static (double ByResidual, double ByWeight) InputGradient(int rows, int inputs, int outputs) =>
        (Product(inputs, outputs, rows) + Transposition(rows, outputs) + (outputs >= TermsAside ? ElementAside : TransposedElement) * inputs * rows,
            Product(rows, outputs, inputs) + Panels(rows, inputs, outputs));

    /// <summary>W transposed panel by panel.</summary>
    static double Panels(int rows, int inputs, int outputs)
    {
        double first = Math.Min(inputs, FirstPanel), others = rows >= RowsAside ? ElementAside : PanelElement;
        return (PanelElement * first + others * (inputs - first)) * outputs;
    }

    /// <summary>Forward of a dense layer with vectors along the outputs, and along the inputs.</summary>
    internal static (double AsItIs, double ByLanes) Forward(int rows, int inputs, int outputs) =>
        (Product(rows, inputs, outputs),
            (double)rows * (Buffer.RoundUp(inputs, 16) / 16 * outputs + LaneSums) + inputs * outputs);

    /// <summary>The transpose of rows x columns.</summary>
    internal static double Transposition(int rows, int columns) => TransposedElement * Buffer.RoundUp(rows, 16) * columns;
}
