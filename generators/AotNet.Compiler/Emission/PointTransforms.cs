namespace AotNet.Compiler.Emission;

/// <summary>
/// Writes the transforms of convolutions at points along one axis, of two windows at a time: Bᵀ of positions, G of weights and
/// Aᵀ of products (Winograd 1980; Lavin and Gray 2016). Kernels of 3 take the points 0, 1, -1 and infinity, kernels of 5 those
/// and 2 and -2.
/// </summary>
static class PointTransforms
{
    /// <summary>Declares the constants that <see cref="Positions"/> and <see cref="Windows"/> use.</summary>
    internal static void Constants(SourceWriter writer, int side)
    {
        if (side == 6)
            writer.Line("V two = VN.Create(2f), four = VN.Create(4f), minusFour = VN.Create(-4f), minusFive = VN.Create(-5f);");
    }

    /// <summary>Declares Bᵀ d, named <paramref name="name"/> and the number of the point.</summary>
    internal static void Positions(SourceWriter writer, string name, IReadOnlyList<string> d)
    {
        if (d.Count == 4)
        {
            writer.Line($"V {name}0 = {d[0]} - {d[2]}, {name}1 = {d[1]} + {d[2]}, {name}2 = {d[2]} - {d[1]}, {name}3 = {d[1]} - {d[3]};");
            return;
        }
        writer.Line($"V {name}p = VN.FusedMultiplyAdd(minusFour, {d[2]}, {d[4]}), {name}q = VN.FusedMultiplyAdd(minusFour, {d[1]}, {d[3]}), "
            + $"{name}r = {d[4]} - {d[2]}, {name}s = ({d[3]} - {d[1]}) * two;");
        writer.Line($"V {name}0 = VN.FusedMultiplyAdd(four, {d[0]}, VN.FusedMultiplyAdd(minusFive, {d[2]}, {d[4]})), {name}1 = {name}p + {name}q, {name}2 = {name}p - {name}q, "
            + $"{name}3 = {name}r + {name}s, {name}4 = {name}r - {name}s, {name}5 = VN.FusedMultiplyAdd(four, {d[1]}, VN.FusedMultiplyAdd(minusFive, {d[3]}, {d[5]}));");
    }

    /// <summary>Declares G g likewise.</summary>
    internal static void Weights(SourceWriter writer, string name, IReadOnlyList<string> g)
    {
        if (g.Count == 3)
        {
            writer.Line($"V {name}0 = {g[0]}, {name}3 = {g[2]}, {name}e = ({name}0 + {name}3) * VN.Create(0.5f), {name}o = {g[1]} * VN.Create(0.5f);");
            writer.Line($"V {name}1 = {name}e + {name}o, {name}2 = {name}e - {name}o;");
            return;
        }
        writer.Line($"V {name}a = {g[0]}, {name}b = {g[1]}, {name}c = {g[2]}, {name}d = {g[3]}, {name}5 = {g[4]};");
        writer.Line($"V {name}0 = {name}a * VN.Create(0.25f), {name}e = {name}a + {name}c + {name}5, {name}o = {name}b + {name}d;");
        writer.Line($"V {name}1 = ({name}e + {name}o) * VN.Create(-1f / 6), {name}2 = ({name}e - {name}o) * VN.Create(-1f / 6);");
        writer.Line($"V {name}f = {name}a + VN.Create(4f) * {name}c + VN.Create(16f) * {name}5, {name}u = VN.Create(2f) * {name}b + VN.Create(8f) * {name}d;");
        writer.Line($"V {name}3 = ({name}f + {name}u) * VN.Create(1f / 24), {name}4 = ({name}f - {name}u) * VN.Create(1f / 24);");
    }

    /// <summary>The two values of Aᵀ m.</summary>
    internal static string[] Windows(IReadOnlyList<string> m) => m.Count == 4
        ? [$"{m[0]} + ({m[1]} + {m[2]})", $"{m[1]} - {m[2]} - {m[3]}"]
        : [$"{m[0]} + ({m[1]} + {m[2]}) + ({m[3]} + {m[4]})", $"VN.FusedMultiplyAdd(two, {m[3]} - {m[4]}, {m[1]} - {m[2]}) + {m[5]}"];
}
