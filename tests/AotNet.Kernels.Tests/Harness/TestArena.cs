using System.Globalization;
using System.Runtime.InteropServices;
using AotNet.Compiler.Emission;
using AotNet.Compiler.Planning;
using AotNet.Runtime;

namespace AotNet.Kernels.Tests.Harness;

/// <summary>
/// Buffers in native memory with a sentinel line behind each, everything NaN until a test fills it, and the means to run
/// emitted kernels on them.
/// </summary>
sealed unsafe class TestArena : IDisposable
{
    const int Gap = 16;

    readonly List<(Buffer Buffer, long Offset)> places = [];
    readonly long capacity;
    readonly float* memory;
    long end;

    internal TestArena(long capacity = 1 << 22)
    {
        this.capacity = capacity;
        memory = (float*)NativeMemory.AlignedAlloc((nuint)(capacity * sizeof(float)), 4096);
        new Span<float>(memory, (int)capacity).Fill(float.NaN);
    }

    /// <summary>Curvature of the one layer of the next runs.</summary>
    internal LayerCurvatureState Layer = new() { Decorrelate = true, DecorrelateBias = true, Damping = 1 };

    /// <summary>Whether blocks take inputs in reversed order.</summary>
    internal bool ReversesBlocks { get; set; }

    /// <summary>Adds a buffer; <paramref name="contiguous"/> ones follow the last without a gap.</summary>
    internal Buffer Add(string name, int rows, int columns, bool contiguous = false, int minimumRows = 0)
    {
        var buffer = new Buffer(places.Count, name, BufferKind.Activation, rows, columns, Buffer.StrideOf(columns));
        if (contiguous)
            end -= Gap;
        places.Add((buffer, end));
        end += Math.Max(rows, minimumRows) * buffer.Stride + Gap;
        Assert.True(end <= capacity, "The test arena is too small.");
        return buffer;
    }

    /// <summary>First element of a buffer.</summary>
    internal float* Pointer(Buffer buffer) => memory + places[buffer.Id].Offset;

    /// <summary>Adds a row of random values.</summary>
    internal Buffer AddRow(string name, int columns, int seed)
    {
        Buffer row = Add(name, 1, columns);
        Randomize(row, 1, seed);
        return row;
    }

    /// <summary>One element of a buffer.</summary>
    internal ref float At(Buffer buffer, int row, int column) => ref Pointer(buffer)[(long)row * buffer.Stride + column];

    /// <summary>Fills the first <paramref name="rows"/> rows with values in [-1, 1], padding columns with zeros.</summary>
    internal void Randomize(Buffer buffer, int rows, int seed)
    {
        var random = new Random(seed);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < buffer.Stride; column++)
                At(buffer, row, column) = column < buffer.Columns ? random.NextSingle() * 2 - 1 : 0;
    }

    /// <summary>Sets a whole buffer, padding included.</summary>
    internal void Fill(Buffer buffer, float value) => new Span<float>(Pointer(buffer), (int)buffer.Length).Fill(value);

    /// <summary>The bits of a buffer's rows.</summary>
    internal float[] Copy(Buffer buffer, int rows) => new Span<float>(Pointer(buffer), rows * buffer.Stride).ToArray();

    /// <summary>Puts a copy back.</summary>
    internal void Restore(Buffer buffer, float[] copy) => copy.CopyTo(new Span<float>(Pointer(buffer), copy.Length));

    /// <summary>A buffer's address in a pass.</summary>
    internal string Address(Buffer buffer) => "a + " + places[buffer.Id].Offset.ToString(CultureInfo.InvariantCulture);

    /// <summary>Compiles a pass of kernels over this arena.</summary>
    internal EmittedKernel.Pass Compile(InstructionSet instructions, params IReadOnlyList<Kernel> kernels) => EmittedKernel.Load(
        EmittedKernel.Source(instructions, library => kernels.Select(kernel => KernelTemplates.Call(library, kernel, Address))));

    /// <summary>Runs a pass on a team and checks that nothing was written between buffers.</summary>
    internal void Run(EmittedKernel.Pass pass, int rows, int workers)
    {
        using var team = new WorkerTeam(workers);
        fixed (LayerCurvatureState* layer = &Layer)
        {
            team.Run(new Job(this, pass, rows, team, layer));
        }
        foreach ((Buffer buffer, long offset) in places)
        {
            long behind = offset + buffer.Length;
            if (places.Any(place => place.Offset <= behind && behind < place.Offset + place.Buffer.Length))
                continue;
            for (int i = 0; i < Gap; i++)
                Assert.True(float.IsNaN(memory[behind + i]) || buffer.Name.Contains("padded", StringComparison.Ordinal),
                    $"{buffer.Name} was overrun.");
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(memory);

    sealed class Job(TestArena arena, EmittedKernel.Pass pass, int rows, WorkerTeam team, LayerCurvatureState* layer) : IWorkerJob
    {
        public void Work(int worker) => pass(new KernelContext
        {
            Arena = arena.memory,
            Rows = rows,
            InverseRows = 1f / rows,
            Worker = worker,
            Workers = team.Workers,
            Training = true,
            Step = 3,
            Seed = 42,
            Layers = layer,
            ReversesBlocks = arena.ReversesBlocks,
            Team = team,
        });
    }
}
