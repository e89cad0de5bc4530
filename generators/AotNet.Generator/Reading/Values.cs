using System.Collections.Immutable;
using AotNet.Compiler.Specification;

namespace AotNet.Generator.Reading;

/// <summary>What an expression stands for while a declaration is read.</summary>
abstract record Value;

/// <summary>A constant: bool, char, an integer, float, double, string or null; an enum member by its underlying value.</summary>
sealed record Scalar(object? Raw) : Value
{
    public static readonly Scalar Null = new((object?)null);
}

/// <summary>A value of the network, by its number in the specification.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Kind">Its type; null for an objective.</param>
sealed record Node(int Index, ParameterKind? Kind) : Value;

/// <summary>An <c>Initializer</c>, a <c>Window</c> or a <c>Padding</c>, in the form in which the specification holds it.</summary>
sealed record SettingValue(Constant Constant) : Value
{
    /// <summary>What <c>default(Initializer)</c> means.</summary>
    public static readonly SettingValue Default = new(new Constant(0));

    /// <summary>What a window or a padding is when it is left out: the layer's own choice.</summary>
    public static readonly SettingValue LeftOut = new(new Constant(0));

    /// <summary>Two extents.</summary>
    public static SettingValue Pair(int vertical, int horizontal) =>
        new(new Constant(0, FormattableString.Invariant($"{vertical}x{horizontal}")));
}

/// <summary>A tuple.</summary>
sealed record TupleValue(ImmutableArray<Value> Items) : Value;

/// <summary>An array or list. Shared by reference, as in C#.</summary>
sealed record Sequence(List<Value> Items) : Value
{
    public bool Equals(Sequence? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>The result of an expression that was in error. Using it ends the reading without another diagnostic.</summary>
sealed record Unknown : Value
{
    public static readonly Unknown Instance = new();
}
