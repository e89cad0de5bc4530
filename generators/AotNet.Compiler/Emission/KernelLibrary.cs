using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>
/// The methods of one instruction set's half. Templates ask for a method by everything that distinguishes its code;
/// layers of equal shape share one.
/// </summary>
sealed class KernelLibrary(InstructionSet instructions)
{
    readonly Dictionary<string, string> nameOfKey = [];
    readonly HashSet<string> names = [];
    readonly List<string> bodies = [];

    /// <summary>The instruction set that methods are written for.</summary>
    internal InstructionSet Instructions => instructions;

    /// <summary>Text of each method, in the order in which they were first asked for.</summary>
    internal IReadOnlyList<string> Bodies => bodies;

    /// <summary>The name of the method of <paramref name="key"/>, writing it first if there is none yet.</summary>
    /// <param name="key">Everything that distinguishes the method's code.</param>
    /// <param name="hint">A readable name, made unique by a number where needed.</param>
    /// <param name="write">Writes the whole method, given its name. May ask for further methods.</param>
    internal string Method(string key, string hint, Action<SourceWriter, string> write)
    {
        if (nameOfKey.TryGetValue(key, out string? name))
            return name;
        name = hint;
        for (int i = 2; !names.Add(name); i++)
            name = hint + "_" + Literal.Number(i);
        nameOfKey.Add(key, name);
        var writer = new SourceWriter();
        write(writer, name);
        bodies.Add(writer.ToString());
        return name;
    }
}
