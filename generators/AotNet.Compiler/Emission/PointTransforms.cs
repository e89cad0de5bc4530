namespace AotNet.Compiler.Emission;

/// <summary>
/// Writes the transforms of convolutions at points along one axis, of two windows at a time: Bᵀ of positions, G of weights and
/// Aᵀ of products, and the transposes that a weight gradient takes (Winograd 1980; Lavin and Gray 2016). Kernels of 3 take the
/// points 0, 1, -1 and infinity; kernels of 5 take 0, √½, -√½, √2, -√2 and infinity, which round half as much as 0, ±1, ±2 and
/// infinity do: no power of a point is far from 1.
/// </summary>
static class PointTransforms
{
    const string Root = "1.41421356f", Half = "0.707106781f";

    /// <summary>Constants of <see cref="Positions"/>, and of <see cref="Weights"/> and <see cref="Taps"/>, beside √2 and √½.</summary>
    internal const string OfPositions = ", minusTwo = VN.Create(-2f), minusHalf = VN.Create(-0.5f), minusSum = VN.Create(-2.5f)",
        OfWeights = ", third = VN.Create(1f / 3), sixth = VN.Create(1f / 6), twoThirds = VN.Create(2f / 3), minusSixth = -sixth, minusTwoThirds = -twoThirds";

    /// <summary>Declares the constants that a transform of kernels of 5 uses.</summary>
    internal static void Constants(SourceWriter writer, int side, string others = "")
    {
        if (side == 6)
            writer.Line($"V root = VN.Create({Root}), half = VN.Create({Half}){others}; // √2, √½");
    }

    /// <summary>Declares Bᵀ d, named <paramref name="name"/> and the number of the point.</summary>
    internal static void Positions(SourceWriter writer, string name, IReadOnlyList<string> d)
    {
        if (d.Count == 4)
        {
            writer.Line($"V {name}0 = {d[0]} - {d[2]}, {name}1 = {d[1]} + {d[2]}, {name}2 = {d[2]} - {d[1]}, {name}3 = {d[1]} - {d[3]};");
            return;
        }
        writer.Line($"V {name}p = {Sum("minusTwo", d[2], d[4])}, {name}q = half * {Sum("minusTwo", d[1], d[3])}, "
            + $"{name}r = {Sum("minusHalf", d[2], d[4])}, {name}s = root * {Sum("minusHalf", d[1], d[3])};");
        writer.Line($"V {name}0 = {d[0]} + {Sum("minusSum", d[2], d[4])}, {name}1 = {name}p + {name}q, {name}2 = {name}p - {name}q, "
            + $"{name}3 = {name}r + {name}s, {name}4 = {name}r - {name}s, {name}5 = {d[1]} + {Sum("minusSum", d[3], d[5])};");
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
        writer.Line($"V {name}0 = {g[0]}, {name}b = {g[1]}, {name}c = {g[2]} * third, {name}d = {g[3]} * third, {name}5 = {g[4]};");
        writer.Line($"V {name}e = {Sum($"{name}0", "minusTwoThirds", Sum($"{name}5", "minusSixth", $"-{name}c"))}, {name}o = half * {Sum($"{name}b", "minusTwoThirds", $"-{name}d")};");
        writer.Line($"V {name}f = {Sum($"{name}0", "sixth", Sum($"{name}5", "twoThirds", $"{name}c"))}, {name}u = root * {Sum($"{name}b", "sixth", $"{name}d")};");
        writer.Line($"V {name}1 = {name}e + {name}o, {name}2 = {name}e - {name}o, {name}3 = {name}f + {name}u, {name}4 = {name}f - {name}u;");
    }

    /// <summary>The two values of Aᵀ m.</summary>
    internal static string[] Windows(IReadOnlyList<string> m) => m.Count == 4
        ? [$"{m[0]} + ({m[1]} + {m[2]})", $"{m[1]} - {m[2]} - {m[3]}"]
        : [$"{m[0]} + ({m[1]} + {m[2]}) + ({m[3]} + {m[4]})", Sum("half", $"{m[1]} - {m[2]}", Sum("root", $"{m[3]} - {m[4]}", m[5]))];

    /// <summary>Declares A d of two windows' residuals likewise.</summary>
    internal static void Residuals(SourceWriter writer, int side, string name, IReadOnlyList<string> d)
    {
        if (side == 4)
        {
            writer.Line($"V {name}0 = {d[0]}, {name}1 = {d[0]} + {d[1]}, {name}2 = {d[0]} - {d[1]}, {name}3 = -{d[1]};");
            return;
        }
        writer.Line($"V {name}0 = {d[0]}, {name}5 = {d[1]}, {name}p = half * {d[1]}, {name}q = root * {d[1]};");
        writer.Line($"V {name}1 = {d[0]} + {name}p, {name}2 = {d[0]} - {name}p, {name}3 = {d[0]} + {name}q, {name}4 = {d[0]} - {name}q;");
    }

    /// <summary>Declares Gᵀ u, named <paramref name="name"/> and the number of the tap.</summary>
    internal static void Taps(SourceWriter writer, string name, IReadOnlyList<string> u)
    {
        writer.Line($"V {name}s = {u[1]} + {u[2]}, {name}d = {u[1]} - {u[2]};");
        if (u.Count == 4)
        {
            writer.Line($"V {name}0 = {Sum("VN.Create(0.5f)", $"{name}s", u[0])}, {name}1 = VN.Create(0.5f) * {name}d, {name}2 = {Sum("VN.Create(0.5f)", $"{name}s", u[3])};");
            return;
        }
        writer.Line($"V {name}p = {u[3]} + {u[4]}, {name}e = half * {name}d, {name}f = root * ({u[3]} - {u[4]});");
        writer.Line($"V {name}0 = {Sum("minusTwoThirds", $"{name}s", Sum("sixth", $"{name}p", u[0]))}, {name}1 = {Sum("minusTwoThirds", $"{name}e", $"sixth * {name}f")}, "
            + $"{name}2 = third * ({name}p - {name}s), {name}3 = third * ({name}f - {name}e), {name}4 = {Sum("twoThirds", $"{name}p", Sum("minusSixth", $"{name}s", u[5]))};");
    }

    /// <summary>The elements of Bᵀ, row after row.</summary>
    internal static string PositionFactors(int side) => side == 4
        ? "1f, 0f, -1f, 0f, 0f, 1f, 1f, 0f, 0f, -1f, 1f, 0f, 0f, 1f, 0f, -1f"
        : $"1f, 0f, -2.5f, 0f, 1f, 0f, 0f, -{Root}, -2f, {Half}, 1f, 0f, 0f, {Root}, -2f, -{Half}, 1f, 0f, "
            + $"0f, -{Half}, -0.5f, {Root}, 1f, 0f, 0f, {Half}, -0.5f, -{Root}, 1f, 0f, 0f, 1f, 0f, -2.5f, 0f, 1f";

    /// <summary>The elements of A likewise.</summary>
    internal static string ResidualFactors(int side) => side == 4
        ? "1f, 0f, 1f, 1f, 1f, -1f, 0f, -1f"
        : $"1f, 0f, 1f, {Half}, 1f, -{Half}, 1f, {Root}, 1f, -{Root}, 0f, 1f";

    static string Sum(string factor, string value, string addend) => $"VN.FusedMultiplyAdd({factor}, {value}, {addend})";
}
