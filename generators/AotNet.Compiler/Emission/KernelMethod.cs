using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>The frame that all kernel methods share.</summary>
static class KernelMethod
{
    /// <summary>Attributes of every kernel: never inlined, and compiled at once where a JIT would start without optimising.</summary>
    internal const string Attributes = "[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]";

    /// <summary>The state of the curvature that a kernel belongs to, as an argument of its method.</summary>
    internal static string Layer(Kernel kernel) => $"c.Layers + {Literal.Number(kernel.Layer)}";

    /// <summary>
    /// Asks for a method <c>name(float* p0, ..., in KernelContext c)</c> and returns the statement that calls it.
    /// </summary>
    /// <param name="library">Methods of one instruction set.</param>
    /// <param name="key">Everything that distinguishes the code.</param>
    /// <param name="hint">Readable name.</param>
    /// <param name="comment">What it does, with shapes.</param>
    /// <param name="parameters">Names of the pointers.</param>
    /// <param name="arguments">Addresses passed for them.</param>
    /// <param name="body">Writes the statements.</param>
    internal static string Call(KernelLibrary library, string key, string hint, string comment, IReadOnlyList<string> parameters,
        IEnumerable<string> arguments, Action<SourceWriter> body)
    {
        string method = library.Method(key, hint, (writer, name) =>
        {
            foreach (string line in comment.Split('\n'))
                writer.Line("// " + line);
            writer.Line(Attributes);
            writer.Open($"static void {name}({string.Concat(parameters.Select(static p => $"float* {p}, "))}in KernelContext c)");
            body(writer);
            writer.Close();
        });
        return $"{method}({string.Concat(arguments.Select(static argument => argument + ", "))}in c);";
    }

    /// <summary>The same for a kernel that some of its buffers may be absent from: these are no parameters then.</summary>
    /// <param name="library">Methods of one instruction set.</param>
    /// <param name="key">Everything that distinguishes the code, and which buffers are absent.</param>
    /// <param name="hint">Readable name.</param>
    /// <param name="comment">What it does, with shapes.</param>
    /// <param name="buffers">Names of the pointers, and what they point to.</param>
    /// <param name="address">Where a buffer is.</param>
    /// <param name="body">Writes the statements.</param>
    internal static string Call(KernelLibrary library, string key, string hint, string comment, IReadOnlyList<(string Name, Buffer? Buffer)> buffers,
        Func<Buffer, string> address, Action<SourceWriter> body)
    {
        List<(string Name, Buffer? Buffer)> present = [.. buffers.Where(static buffer => buffer.Buffer is not null)];
        return Call(library, key, hint, comment, [.. present.Select(static buffer => buffer.Name)], present.Select(buffer => address(buffer.Buffer!)), body);
    }
}
