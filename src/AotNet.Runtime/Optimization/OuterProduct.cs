namespace AotNet.Runtime;

/// <summary>One sample's weight gradient, Left ⊗ Right, and the residuals that its layer passes on.</summary>
public readonly unsafe struct OuterProduct
{
    /// <summary>The layer's inputs, one per row of the weights.</summary>
    public required float* Left { get; init; }

    /// <summary>Residual that the weights follow, decorrelated or not; one per column of the weights.</summary>
    public required float* Right { get; init; }

    /// <summary>Residual of the layer's outputs.</summary>
    public required float* Residual { get; init; }

    /// <summary>Residual of the layer's inputs, written; null when nothing before the layer learns.</summary>
    public required float* InputResidual { get; init; }

    /// <summary>Rows of the weights: inputs.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns of the weights with padding: a multiple of 16.</summary>
    public required int Columns { get; init; }

    /// <summary>Floats from row to row of the weights.</summary>
    public required int Stride { get; init; }

    /// <summary>Some of the rows.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="rows">Their number.</param>
    internal OuterProduct Part(int first, int rows) => this with
    {
        Left = Left + first,
        InputResidual = InputResidual == null ? null : InputResidual + first,
        Rows = rows,
    };
}
