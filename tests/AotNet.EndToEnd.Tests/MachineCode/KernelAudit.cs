using System.Text.RegularExpressions;

namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>
/// What must hold of compiled kernels, whatever the compiler thought of their text: sums of tiles stay in registers, vectors
/// are as wide as they were written, and no vector operation became a call.
/// </summary>
static partial class KernelAudit
{
    /// <summary>One sentence for each breach, with the method and the instruction.</summary>
    /// <param name="kernel">The kernel as it was written.</param>
    /// <param name="method">The kernel as it was compiled.</param>
    /// <param name="nameOf">Name of the method at an address; null where none begins.</param>
    public static IEnumerable<string> Breaches(EmittedKernel kernel, MachineMethod method, Func<long, string?> nameOf)
    {
        foreach (Instruction call in method.Calls)
        {
            string callee = call.Target is { } target ? nameOf(target) ?? "an unknown method" : "a computed address";
            if (VectorHelper().IsMatch(callee))
                yield return $"{method.Name} calls {callee} where it should compute: {call}";
            else if (kernel.IsTile)
                yield return $"{method.Name} is a tile and calls {callee}: {call}";
        }

        string register = kernel.VectorBits == 512 ? "zmm" : "ymm";
        if (kernel.VectorBits > 0 && !method.Code.Any(instruction => instruction.Operands.Contains(register, StringComparison.Ordinal)))
            yield return $"{method.Name} was written for vectors of {kernel.VectorBits} bits and has no instruction on {register} registers.";

        if (!kernel.IsTile)
            yield break;
        if (!method.Code.Any(instruction => MultiplyAdd().IsMatch(instruction.Mnemonic)
            && instruction.Operands.StartsWith(register, StringComparison.Ordinal) && method.InLoop(instruction)))
            yield return $"{method.Name} is a tile without a fused multiply-add on {register} registers in a loop.";
        foreach (Instruction instruction in method.Code.Where(static instruction => instruction.TouchesStack))
        {
            if (method.InLoop(instruction))
                yield return $"{method.Name} is a tile and touches the stack in its loop: {instruction}";
            // A scalar argument may wait there for the end of the loop where all registers are sums.
            else if (instruction.MovesVector)
                yield return $"{method.Name} is a tile and spills a vector: {instruction}";
        }
    }

    // Sums of products, and differences where a triangular system is solved.
    [GeneratedRegex(@"^vfn?m(add|sub)\d+ps$")]
    private static partial Regex MultiplyAdd();

    [GeneratedRegex(@"Intrinsics_|Vector(64|128|256|512)|VectorMath")]
    private static partial Regex VectorHelper();
}
