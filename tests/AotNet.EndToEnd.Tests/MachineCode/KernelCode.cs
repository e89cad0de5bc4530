using System.Globalization;
using System.Text.RegularExpressions;

namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>
/// The kernels inside a published binary. It is stripped, but the object file it was linked from is not, and the linker
/// moves managed code as one piece: a method lies as far from the section's beginning in the one as in the other.
/// </summary>
sealed partial class KernelCode
{
    const string Section = "__managedcode";

    readonly Dictionary<long, string> names = [];
    readonly string program;

    KernelCode(string program, IReadOnlyList<EmittedKernel> kernels)
    {
        this.program = program;
        Kernels = kernels;
    }

    /// <summary>Kernels as they were written.</summary>
    public IReadOnlyList<EmittedKernel> Kernels { get; }

    /// <summary>Kernels as they were compiled, by name.</summary>
    public Dictionary<string, MachineMethod> Methods { get; } = [];

    /// <summary>Name of the method that begins at an address of the binary, as the linker spells it.</summary>
    public string? NameOf(long address) => names.GetValueOrDefault(address);

    /// <summary>Disassembles one half of a network.</summary>
    /// <param name="program">Published binary.</param>
    /// <param name="objectFile">Object file that it was linked from.</param>
    /// <param name="emitted">Text of the half.</param>
    /// <param name="half">Name of the half: Avx2 or Avx512.</param>
    public static KernelCode Read(string program, string objectFile, string emitted, string half)
    {
        var code = new KernelCode(program, EmittedKernel.Read(emitted, half == "Avx512" ? 512 : 256));
        (long origin, long length) = SectionOf(program);
        (_, long linked) = SectionOf(objectFile);
        Assert.True(length == linked, $"{Section} has {length} bytes in {program} and {linked} in {objectFile}: one was not linked from the other.");

        var wanted = new List<(string Name, long Begin, long End)>();
        foreach (Match symbol in Symbol().Matches(Objdump("-t", "-j", Section, objectFile)))
        {
            long begin = origin + Hexadecimal(symbol.Groups[1].Value), size = Hexadecimal(symbol.Groups[2].Value);
            string name = symbol.Groups[3].Value;
            code.names[begin] = name;
            int at = name.IndexOf($"_{half}__", StringComparison.Ordinal);
            if (at >= 0 && size > 0)
                wanted.Add((name[(at + half.Length + 3)..], begin, begin + size));
        }
        code.Disassemble(wanted);
        return code;
    }

    void Disassemble(List<(string Name, long Begin, long End)> wanted)
    {
        Assert.NotEmpty(wanted);
        string text = Objdump("-d", "-M", "intel", "--no-show-raw-insn", "-j", Section,
            $"--start-address=0x{wanted.Min(static method => method.Begin):x}", $"--stop-address=0x{wanted.Max(static method => method.End):x}", program);
        Instruction[] all = [.. text.Split('\n').Select(Instruction.Parse).OfType<Instruction>()];
        foreach ((string name, long begin, long end) in wanted)
            Methods[name] = new MachineMethod(name, [.. all.Where(instruction => instruction.Address >= begin && instruction.Address < end)]);
    }

    static (long Address, long Length) SectionOf(string file)
    {
        Match match = Header().Match(Objdump("-h", "-j", Section, file));
        Assert.True(match.Success, $"{file} has no section {Section}.");
        return (Hexadecimal(match.Groups[2].Value), Hexadecimal(match.Groups[1].Value));
    }

    static string Objdump(params string[] arguments) => TrainerProcess.Run("objdump", arguments).Expect(0).Output;

    static long Hexadecimal(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"__managedcode\s+([0-9a-f]+)\s+([0-9a-f]+)")]
    private static partial Regex Header();

    [GeneratedRegex(@"^([0-9a-f]{16}) .{7} __managedcode\s+([0-9a-f]{16}) (?:\.hidden )?(.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Symbol();
}
