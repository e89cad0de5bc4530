namespace AotNet.Compiler.Emission;

/// <summary>
/// What templates know of an instruction set: the emitted text names vectors by the aliases <c>V</c> (the vector of
/// floats), <c>VI</c> (of 32-bit unsigned integers) and <c>VN</c> (the static class with their operations), so that both
/// halves of a network differ in aliases and tiles alone.
/// </summary>
/// <param name="Name">Name of the nested class.</param>
/// <param name="VectorClass">Static class of the vector operations: <c>Vector512</c>.</param>
/// <param name="Lanes">Floats in a vector.</param>
/// <param name="TileRows">Rows of a product tile.</param>
/// <param name="TileVectors">Vectors across the widest product tile.</param>
sealed record InstructionSet(string Name, string VectorClass, int Lanes, int TileRows, int TileVectors)
{
    /// <summary>32 registers of 16 floats: 24 accumulators, 3 columns, 1 broadcast folded into the multiply-add.</summary>
    internal static InstructionSet Avx512 { get; } = new("Avx512", "Vector512", 16, 8, 3);

    /// <summary>16 registers of 8 floats: 12 accumulators, 3 columns, 1 broadcast. Four rows divide the usual batches; six do not.</summary>
    internal static InstructionSet Avx2 { get; } = new("Avx2", "Vector256", 8, 4, 3);
}
