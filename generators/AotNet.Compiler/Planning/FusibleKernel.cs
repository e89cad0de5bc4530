namespace AotNet.Compiler.Planning;

/// <summary>A kernel whose result can be worked on, element by element, while it is in registers.</summary>
/// <param name="Name">Layer and pass.</param>
public abstract record FusibleKernel(string Name) : Kernel(Name)
{
    /// <summary>Result.</summary>
    internal abstract Buffer Result { get; }

    /// <summary>Whether cheap element-wise work may move into it.</summary>
    internal virtual bool Fuses => Condition == KernelCondition.Always;

    /// <summary>What becomes of the result while it is in registers; null when it is stored as it is.</summary>
    public Epilogue? Epilogue { get; init; }

    /// <summary>What the result is made of.</summary>
    private protected abstract IEnumerable<Buffer> Operands { get; }

    /// <summary>What it writes beside the result.</summary>
    private protected virtual IEnumerable<Buffer> Notes => [];

    /// <summary>Where its last value goes.</summary>
    internal Buffer Target => Epilogue is { StoresResult: false } end ? end.Output : Result;

    /// <summary>Operands that all samples share, of a kernel that has one sample after the other; null of others.</summary>
    private protected virtual IEnumerable<Buffer>? SharedByResult => null;

    /// <inheritdoc/>
    internal sealed override IEnumerable<Buffer>? SharedOperands =>
        SharedByResult?.Concat(Epilogue is null ? [] : Epilogue.Operands.Where(static operand => operand.Rows == 1));

    /// <inheritdoc/>
    public sealed override IEnumerable<Buffer> Reads => Epilogue is null ? Operands : Operands.Concat(Epilogue.Operands).Distinct();

    /// <inheritdoc/>
    public sealed override IEnumerable<Buffer> Writes =>
        Notes.Concat(Epilogue is { StoresResult: true } ? [Result, Epilogue.Output] : [Target]);

    /// <inheritdoc/>
    public override string Describe() =>
        base.Describe() + (Epilogue is null ? "" : $" by {Epilogue.Steps.Replace("\n", ", then ")}");
}

/// <summary>Element-wise work on the result of a kernel.</summary>
/// <param name="Steps">
/// One C# expression over vectors a line: <c>{0}</c> is the value so far, the result at first; operands count from <c>{1}</c>.
/// </param>
/// <param name="Operands">Matrices of the result's layout, and single rows that apply to every row.</param>
/// <param name="Output">Where the last value goes; of the result's layout.</param>
/// <param name="StoresResult">Whether others read the result itself.</param>
public sealed record Epilogue(string Steps, EquatableArray<Buffer> Operands, Buffer Output, bool StoresResult);
