using AotNet.Generator.Reading;
using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Tests;

/// <summary>The constant arithmetic of declarations against C#'s own, checked where that checks.</summary>
public class ArithmeticTests
{
    static readonly Gen<int> Ints = Gen.OneOf(Gen.Int, Gen.Int[-9, 9], Gen.Const(int.MinValue), Gen.Const(int.MaxValue), Gen.Const(1 << 16));
    static readonly Gen<long> Longs = Gen.OneOf(Gen.Long, Gen.Long[-9, 9], Gen.Const(long.MinValue), Gen.Const(long.MaxValue), Gen.Const(1L << 32));
    static readonly Gen<ulong> ULongs = Gen.OneOf(Gen.ULong, Gen.ULong[0, 9], Gen.Const(ulong.MaxValue), Gen.Const(1UL << 32));
    static readonly Gen<float> Floats = Gen.OneOf(Gen.Float, Gen.Float[-9, 9], Gen.Const(0f), Gen.Const(-0f), Gen.Const(float.NaN), Gen.Const(float.MaxValue), Gen.Const(float.Epsilon));

    [Fact]
    public void OfInts() => Gen.Select(Ints, Ints).Sample(static (a, b) =>
    {
        Same(BinaryOperatorKind.Add, a, b, () => checked(a + b));
        Same(BinaryOperatorKind.Subtract, a, b, () => checked(a - b));
        Same(BinaryOperatorKind.Multiply, a, b, () => checked(a * b));
        Same(BinaryOperatorKind.Divide, a, b, () => a / b);
        // C# leaves MinValue % -1 to the processor; its mathematical value is zero.
        Same(BinaryOperatorKind.Remainder, a, b, () => b == -1 ? 0 : a % b);
        Same(BinaryOperatorKind.And, a, b, () => a & b);
        Same(BinaryOperatorKind.Or, a, b, () => a | b);
        Same(BinaryOperatorKind.ExclusiveOr, a, b, () => a ^ b);
        Same(BinaryOperatorKind.LeftShift, a, b, () => a << b);
        Same(BinaryOperatorKind.RightShift, a, b, () => a >> b);
        Same(BinaryOperatorKind.UnsignedRightShift, a, b, () => a >>> b);
        Same(BinaryOperatorKind.LessThan, a, b, () => a < b);
        Same(BinaryOperatorKind.GreaterThanOrEqual, a, b, () => a >= b);
        Same(BinaryOperatorKind.Equals, a, b, () => a == b);
    });

    [Fact]
    public void OfLongsAndInts() => Gen.Select(Longs, Ints).Sample(static (a, b) =>
    {
        Same(BinaryOperatorKind.Add, a, b, () => checked(a + b));
        Same(BinaryOperatorKind.Multiply, b, a, () => checked(b * a));
        Same(BinaryOperatorKind.Divide, a, (long)b, () => a / b);
        Same(BinaryOperatorKind.LeftShift, a, b, () => a << b);
        Same(BinaryOperatorKind.UnsignedRightShift, a, b, () => a >>> b);
        Same(BinaryOperatorKind.LessThanOrEqual, a, b, () => a <= b);
    });

    [Fact]
    public void OfUnsignedNumbers() => Gen.Select(ULongs, ULongs, Gen.UInt).Sample(static (a, b, c) =>
    {
        Same(BinaryOperatorKind.Subtract, a, b, () => checked(a - b));
        Same(BinaryOperatorKind.Multiply, a, b, () => checked(a * b));
        Same(BinaryOperatorKind.ExclusiveOr, a, b, () => a ^ b);
        Same(BinaryOperatorKind.RightShift, a, (int)c, () => a >> (int)c);
        Same(BinaryOperatorKind.LeftShift, c, (int)b, () => c << (int)b);
        uint d = (uint)b;
        Same(BinaryOperatorKind.Add, c, d, () => checked(c + d));
        Same(BinaryOperatorKind.Subtract, c, -1, () => c - -1L);
    });

    [Fact]
    public void OfFloats() => Gen.Select(Floats, Floats, Gen.Double).Sample(static (a, b, c) =>
    {
        Same(BinaryOperatorKind.Add, a, b, () => a + b);
        Same(BinaryOperatorKind.Multiply, a, b, () => a * b);
        Same(BinaryOperatorKind.Divide, a, b, () => a / b);
        Same(BinaryOperatorKind.Remainder, a, b, () => a % b);
        Same(BinaryOperatorKind.Subtract, a, c, () => a - c);
        Same(BinaryOperatorKind.Divide, c, 3, () => c / 3);
        Same(BinaryOperatorKind.LessThan, a, b, () => a < b);
        Same(BinaryOperatorKind.NotEquals, a, b, () => a != b);
    });

    [Fact]
    public void Conversions() => Gen.Select(Gen.OneOf(Gen.Double, Gen.Double[-300, 300]), Longs, Floats).Sample(static (d, n, f) =>
    {
        Converts(d, SpecialType.System_Int32, () => checked((int)d));
        Converts(d, SpecialType.System_Byte, () => checked((byte)d));
        Converts(d, SpecialType.System_Single, () => (float)d);
        Converts(n, SpecialType.System_Int32, () => checked((int)n));
        Converts(n, SpecialType.System_UInt64, () => checked((ulong)n));
        Converts(n, SpecialType.System_SByte, () => checked((sbyte)n));
        Converts(n, SpecialType.System_Char, () => checked((char)n));
        Converts(n, SpecialType.System_Double, () => (double)n);
        Converts(f, SpecialType.System_Int64, () => checked((long)f));
    });

    [Fact]
    public void Negation() => Gen.Select(Ints, Longs, Floats).Sample(static (a, b, c) =>
    {
        Same(() => Arithmetic.Unary(UnaryOperatorKind.Minus, a), () => checked(-a));
        Same(() => Arithmetic.Unary(UnaryOperatorKind.Minus, b), () => checked(-b));
        Same(() => Arithmetic.Unary(UnaryOperatorKind.Minus, c), () => -c);
        Same(() => Arithmetic.Unary(UnaryOperatorKind.Minus, (uint)a), () => -(long)(uint)a);
        Same(() => Arithmetic.Unary(UnaryOperatorKind.BitwiseNegation, a), () => ~a);
        Same(() => Arithmetic.Unary(UnaryOperatorKind.BitwiseNegation, (byte)a), () => ~(byte)a);
        Same(() => Arithmetic.Unary(UnaryOperatorKind.BitwiseNegation, (uint)a), () => ~(uint)a);
    });

    [Fact]
    public void OfWhatIsNotANumberIsUndefined()
    {
        Assert.Null(Arithmetic.Binary(BinaryOperatorKind.Add, 1, true));
        Assert.Null(Arithmetic.Binary(BinaryOperatorKind.Add, null, 1));
        Assert.Null(Arithmetic.Binary(BinaryOperatorKind.LeftShift, 1, 1.5));
        Assert.Null(Arithmetic.Binary(BinaryOperatorKind.Multiply, 1m, 2));
        Assert.Null(Arithmetic.Unary(UnaryOperatorKind.Minus, "a"));
        Assert.Equal(true, Arithmetic.Binary(BinaryOperatorKind.NotEquals, "a", null));
    }

    [Fact]
    public void MathFunctionsKeepExactIntegers()
    {
        for (int power = 0; power < 31; power++)
            Assert.Equal(power, MathFunctions.Evaluate("Log2", [1 << power]));
        Assert.Equal(3, MathFunctions.Evaluate("Clamp", [7, 1, 3]));
        Assert.Null(MathFunctions.Evaluate("Clamp", [7, 3, 1]));
        Assert.Null(MathFunctions.Evaluate("Max", [long.MaxValue, long.MaxValue - 1]));
        Assert.Null(MathFunctions.Evaluate("Sign", [double.NaN]));
        Assert.Null(MathFunctions.Evaluate("Sqrt", ["2"]));
    }

    static void Same(BinaryOperatorKind kind, object left, object right, Func<object> expected) =>
        Same(() => Arithmetic.Binary(kind, left, right), expected);

    static void Converts(object value, SpecialType target, Func<object> expected) => Same(() => Arithmetic.Convert(value, target), expected);

    // Results of one type and value, or exceptions of one type.
    static void Same(Func<object?> actual, Func<object> expected)
    {
        object? a = Outcome(actual), b = Outcome(expected);
        if (!Equals(a, b))
            throw new Xunit.Sdk.XunitException($"Expected {b} ({b?.GetType()}), found {a} ({a?.GetType()}).");
    }

    static object? Outcome(Func<object?> function)
    {
        try
        {
            return function();
        }
        catch (ArithmeticException exception)
        {
            return exception.GetType();
        }
    }
}
