using System.Globalization;
using System.Text.RegularExpressions;

namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>One machine instruction in Intel's spelling.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Mnemonic">Its name, prefixes included.</param>
/// <param name="Operands">Its operands, target first.</param>
sealed partial record Instruction(long Address, string Mnemonic, string Operands)
{
    /// <summary>The instruction in a line of <c>objdump -d -M intel --no-show-raw-insn</c>; null for lines that hold none.</summary>
    public static Instruction? Parse(string line)
    {
        Match match = Line().Match(line);
        return match.Success
            ? new Instruction(long.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), match.Groups[2].Value, match.Groups[3].Value.Trim())
            : null;
    }

    /// <summary>Whether it reads or writes memory that is addressed by the stack or frame pointer. Computing an address does not.</summary>
    public bool TouchesStack => Mnemonic != "lea" && StackOperand().IsMatch(Operands);

    /// <summary>Whether its operand in memory is as wide as a vector.</summary>
    public bool MovesVector => VectorOperand().IsMatch(Operands);

    /// <summary>Whether it hands control to another place for good or until it returns.</summary>
    public bool IsCall => Mnemonic == "call";

    /// <summary>Whether it is a jump, conditional or not.</summary>
    public bool IsJump => Mnemonic[0] == 'j';

    /// <summary>Address that a call or jump names; null where it is computed.</summary>
    public long? Target => Destination().Match(Operands) is { Success: true } match
        ? long.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Address:x}: {Mnemonic} {Operands}";

    [GeneratedRegex(@"^\s*([0-9a-f]+):\s+((?:(?:rep|repz|repnz|lock|bnd|notrack)\s+)?[a-z][a-z0-9]*)\s*(.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"\[[^\]]*\b(rsp|rbp)\b")]
    private static partial Regex StackOperand();

    [GeneratedRegex(@"\b[XYZ]MMWORD PTR \[")]
    private static partial Regex VectorOperand();

    [GeneratedRegex(@"^(?:0x)?([0-9a-f]+)(?: |$)")]
    private static partial Regex Destination();
}
