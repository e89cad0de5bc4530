using System.Collections;

namespace AotNet.Runtime;

/// <summary>A named matrix of a network: weights as inputs x outputs, biases and statistics as one row.</summary>
public sealed unsafe class NetworkTensor
{
    readonly Arena arena;
    readonly long offset;
    readonly int stride;

    internal NetworkTensor(Arena arena, TensorInfo info, long shift)
    {
        this.arena = arena;
        offset = info.Offset / sizeof(float) + shift;
        stride = info.Stride;
        Name = info.Name;
        Role = info.Role;
        Rows = info.Rows;
        Columns = info.Columns;
    }

    /// <summary>Layer name, a dot, and the part: <c>dense1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public TensorRole Role { get; }

    /// <summary>Rows: inputs of a weight matrix, 1 for vectors.</summary>
    public int Rows { get; }

    /// <summary>Columns: outputs of a weight matrix, the length of a vector.</summary>
    public int Columns { get; }

    /// <summary>Values, rows x columns.</summary>
    public int Length => checked(Rows * Columns);

    /// <summary>One value.</summary>
    /// <exception cref="IndexOutOfRangeException"><paramref name="row"/> or <paramref name="column"/> is outside.</exception>
    public ref float this[int row, int column] => ref Row(row)[column];

    /// <summary>The values of one row, in place: writing to the span changes the network. Valid until the network is disposed.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public Span<float> Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"{Name} has {Rows} rows.");
        ObjectDisposedException.ThrowIf(arena.Base == null, typeof(CompiledNetwork));
        return new Span<float>((float*)arena.Base + offset + (nint)row * stride, Columns);
    }

    /// <summary>Copies all values out, row after row.</summary>
    /// <exception cref="ArgumentException">The length of <paramref name="values"/> is not <see cref="Length"/>.</exception>
    public void CopyTo(Span<float> values)
    {
        CheckLength(values.Length, nameof(values));
        for (int r = 0; r < Rows; r++)
            Row(r).CopyTo(values[(r * Columns)..]);
    }

    /// <summary>Replaces all values, given row after row.</summary>
    /// <exception cref="ArgumentException">The length of <paramref name="values"/> is not <see cref="Length"/>.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        CheckLength(values.Length, nameof(values));
        for (int r = 0; r < Rows; r++)
            values.Slice(r * Columns, Columns).CopyTo(Row(r));
    }

    /// <summary>All values, row after row.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Length];
        CopyTo(values);
        return values;
    }

    void CheckLength(int length, string name)
    {
        if (length != Length)
            throw new ArgumentException($"{Name} has {Rows} x {Columns} = {Length} values, found {length}.", name);
    }
}

/// <summary>Tensors of a network by name.</summary>
public sealed class NetworkTensors : IReadOnlyList<NetworkTensor>
{
    readonly NetworkTensor[] tensors;

    internal NetworkTensors(NetworkTensor[] tensors) => this.tensors = tensors;

    /// <inheritdoc/>
    public int Count => tensors.Length;

    /// <inheritdoc/>
    public NetworkTensor this[int index] => tensors[index];

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the names.</exception>
    public NetworkTensor this[string name] =>
        Array.Find(tensors, tensor => tensor.Name == name)
        ?? throw new KeyNotFoundException($"There is no tensor '{name}'; there are {string.Join(", ", tensors.Select(static tensor => tensor.Name))}.");

    /// <inheritdoc/>
    public IEnumerator<NetworkTensor> GetEnumerator() => ((IEnumerable<NetworkTensor>)tensors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
