namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>A method of a binary.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="Code">Its instructions in order of address.</param>
sealed record MachineMethod(string Name, IReadOnlyList<Instruction> Code)
{
    /// <summary>Whether an instruction lies between the target of a backward jump and that jump.</summary>
    public bool InLoop(Instruction instruction) => Code.Any(jump => jump.IsJump && jump.Target is { } target
        && target >= Code[0].Address && target <= instruction.Address && instruction.Address <= jump.Address);

    /// <summary>Calls, and jumps that leave the method: calls in tail position.</summary>
    public IEnumerable<Instruction> Calls => Code.Where(instruction => instruction.IsCall
        || (instruction.IsJump && instruction.Target is { } target && (target < Code[0].Address || target > Code[^1].Address)));
}
