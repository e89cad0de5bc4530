namespace AotNet.Reference;

/// <summary>A row-major matrix of doubles. Per-sample values are rows x features; weights are inputs x outputs.</summary>
public sealed class Matrix
{
    /// <summary>A matrix of zeros.</summary>
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[(long)rows * columns])
    {
    }

    /// <summary>Wraps <paramref name="values"/>, rows * columns of them.</summary>
    public Matrix(int rows, int columns, double[] values)
    {
        if (values.Length != (long)rows * columns)
            throw new ArgumentException($"{rows}x{columns} does not hold {values.Length} values.", nameof(values));
        (Rows, Columns, Values) = (rows, columns, values);
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>The values, row after row.</summary>
    public double[] Values { get; }

    /// <summary>One value.</summary>
    public double this[int row, int column]
    {
        get => Values[row * Columns + column];
        set => Values[row * Columns + column] = value;
    }

    /// <summary>A matrix by formula.</summary>
    public static Matrix Of(int rows, int columns, Func<int, int, double> value)
    {
        var result = new Matrix(rows, columns);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                result[r, c] = value(r, c);
        return result;
    }

    /// <summary>Element by element.</summary>
    public Matrix Map(Func<double, double> function) => Of(Rows, Columns, (r, c) => function(this[r, c]));

    /// <summary>The transpose.</summary>
    public Matrix Transpose() => Of(Columns, Rows, (r, c) => this[c, r]);

    /// <summary>The same values.</summary>
    public Matrix Copy() => new(Rows, Columns, [.. Values]);

    /// <summary>Rows <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    public Matrix RowRange(int from, int to) => Of(to - from, Columns, (r, c) => this[from + r, c]);

    /// <summary>A row below the others.</summary>
    public Matrix WithRow(Matrix row) => Of(Rows + 1, Columns, (r, c) => r < Rows ? this[r, c] : row[0, c]);

    /// <summary>A column of ones to the right of the others: the homogeneous input of a bias.</summary>
    public Matrix WithOnes() => Of(Rows, Columns + 1, (r, c) => c < Columns ? this[r, c] : 1);

    /// <summary>Mean of each column, as one row.</summary>
    public Matrix ColumnMeans()
    {
        var means = new Matrix(1, Columns);
        for (int r = 0; r < Rows; r++)
            for (int c = 0; c < Columns; c++)
                means[0, c] += this[r, c] / Rows;
        return means;
    }

    /// <summary>Copies values of the same shape in.</summary>
    public void Assign(Matrix source)
    {
        if (source.Rows != Rows || source.Columns != Columns)
            throw new ArgumentException($"{source.Rows}x{source.Columns} does not fit {Rows}x{Columns}.", nameof(source));
        source.Values.CopyTo(Values, 0);
    }

    /// <summary>Sum of all values squared.</summary>
    public double SquaredNorm() => Values.Sum(static value => value * value);

    /// <summary>Matrix product.</summary>
    public static Matrix operator *(Matrix left, Matrix right)
    {
        if (left.Columns != right.Rows)
            throw new ArgumentException($"{left.Rows}x{left.Columns} times {right.Rows}x{right.Columns} is not defined.");
        var result = new Matrix(left.Rows, right.Columns);
        for (int r = 0; r < left.Rows; r++)
            for (int k = 0; k < left.Columns; k++)
                for (int c = 0; c < right.Columns; c++)
                    result[r, c] += left[r, k] * right[k, c];
        return result;
    }

    /// <summary>Every value times a factor.</summary>
    public static Matrix operator *(double factor, Matrix matrix) => matrix.Map(value => factor * value);

    /// <summary>Element-wise sum.</summary>
    public static Matrix operator +(Matrix left, Matrix right) => Of(left.Rows, left.Columns, (r, c) => left[r, c] + right[r, c]);

    /// <summary>Element-wise difference.</summary>
    public static Matrix operator -(Matrix left, Matrix right) => Of(left.Rows, left.Columns, (r, c) => left[r, c] - right[r, c]);

    /// <summary>Element-wise product.</summary>
    public static Matrix Hadamard(Matrix left, Matrix right) => Of(left.Rows, left.Columns, (r, c) => left[r, c] * right[r, c]);
}
