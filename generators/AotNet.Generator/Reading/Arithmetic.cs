using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

/// <summary>
/// C# arithmetic over boxed constants. Integers are computed exactly and narrowed to the result's type, so a result that
/// does not fit is an <see cref="OverflowException"/> even in an unchecked context: a wrapped width is never meant.
/// </summary>
static class Arithmetic
{
    /// <summary>The type of a binary numeric operation; None when the operands are not numbers.</summary>
    public static SpecialType Promote(object? left, object? right)
    {
        SpecialType a = TypeOf(left), b = TypeOf(right);
        if (!IsNumber(a) || !IsNumber(b))
            return SpecialType.None;
        if (a == SpecialType.System_Double || b == SpecialType.System_Double)
            return SpecialType.System_Double;
        if (a == SpecialType.System_Single || b == SpecialType.System_Single)
            return SpecialType.System_Single;
        if (a == SpecialType.System_UInt64 || b == SpecialType.System_UInt64)
            return SpecialType.System_UInt64;
        if (a == SpecialType.System_Int64 || b == SpecialType.System_Int64)
            return SpecialType.System_Int64;
        if (a == SpecialType.System_UInt32 || b == SpecialType.System_UInt32)
            return a == b ? SpecialType.System_UInt32 : SpecialType.System_Int64;
        return SpecialType.System_Int32;
    }

    /// <summary>The value of a binary operation; null when C# does not define it for these operands.</summary>
    /// <exception cref="OverflowException">The result does not fit its type.</exception>
    /// <exception cref="DivideByZeroException">An integer was divided by zero.</exception>
    public static object? Binary(BinaryOperatorKind kind, object? left, object? right)
    {
        if (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals
            && (left is null or string || right is null or string))
            return Equals(left, right) == (kind == BinaryOperatorKind.Equals);
        if (left is bool x && right is bool y)
            return Logical(kind, x, y);
        if (kind is BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift)
            return Shift(kind, left, right);
        SpecialType type = Promote(left, right);
        if (type == SpecialType.None)
            return null;
        if (type is not (SpecialType.System_Single or SpecialType.System_Double))
            return Integral(kind, type, ToBig(Convert(left!, type)), ToBig(Convert(right!, type)));
        return Floating(kind, type, ToDouble(Convert(left!, type)), ToDouble(Convert(right!, type)));
    }

    /// <summary>The value of a unary operation; null when C# does not define it for this operand.</summary>
    /// <exception cref="OverflowException">The result does not fit its type.</exception>
    public static object? Unary(UnaryOperatorKind kind, object? operand)
    {
        if (operand is bool flag)
            return kind == UnaryOperatorKind.Not ? !flag : null;
        SpecialType type = Promote(operand, 0);
        if (type == SpecialType.None)
            return null;
        if (operand is uint)
            type = kind == UnaryOperatorKind.Minus ? SpecialType.System_Int64 : SpecialType.System_UInt32;
        object value = Convert(operand!, type);
        bool floating = type is SpecialType.System_Single or SpecialType.System_Double;
        return kind switch
        {
            UnaryOperatorKind.Plus => value,
            UnaryOperatorKind.Minus => floating ? FromDouble(-ToDouble(value), type) : FromBig(-ToBig(value), type),
            UnaryOperatorKind.BitwiseNegation => value switch
            {
                int i => ~i,
                uint i => ~i,
                long i => ~i,
                ulong i => ~i,
                _ => null,
            },
            _ => null,
        };
    }

    /// <summary>A number as another numeric type; floating-point values are truncated toward zero.</summary>
    /// <exception cref="OverflowException">The value does not fit <paramref name="target"/>.</exception>
    public static object Convert(object value, SpecialType target)
    {
        if (TypeOf(value) == target)
            return value;
        if (target is SpecialType.System_Single or SpecialType.System_Double)
            return FromDouble(ToDouble(value), target);
        return FromBig(value is float or double ? new BigInteger(ToDouble(value)) : ToBig(value), target);
    }

    /// <summary>Whether the type is one that <see cref="Convert"/> knows.</summary>
    public static bool IsNumber(SpecialType type) => type is SpecialType.System_Char or SpecialType.System_Single
        or SpecialType.System_Double or (>= SpecialType.System_SByte and <= SpecialType.System_UInt64);

    /// <summary>The value of any number, and 0 or 1 for a bool.</summary>
    public static double ToDouble(object value) => value switch
    {
        double number => number,
        float number => number,
        bool flag => flag ? 1 : 0,
        ulong number => number,
        _ => (double)ToLong(value),
    };

    static object? Logical(BinaryOperatorKind kind, bool left, bool right) => kind switch
    {
        BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd => left && right,
        BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr => left || right,
        BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.NotEquals => left != right,
        BinaryOperatorKind.Equals => left == right,
        _ => null,
    };

    // Shifts wrap and mask their count by definition, so they never overflow.
    static object? Shift(BinaryOperatorKind kind, object? left, object? right)
    {
        SpecialType type = Promote(left, left);
        if (!IsNumber(TypeOf(right)) || right is float or double or long or ulong or uint || type == SpecialType.None)
            return null;
        int count = (int)ToLong(right!);
        return (kind, Convert(left!, type)) switch
        {
            (BinaryOperatorKind.LeftShift, int value) => value << count,
            (BinaryOperatorKind.LeftShift, uint value) => value << count,
            (BinaryOperatorKind.LeftShift, long value) => value << count,
            (BinaryOperatorKind.LeftShift, ulong value) => value << count,
            (BinaryOperatorKind.RightShift, int value) => value >> count,
            (BinaryOperatorKind.RightShift, long value) => value >> count,
            (BinaryOperatorKind.UnsignedRightShift, int value) => value >>> count,
            (BinaryOperatorKind.UnsignedRightShift, long value) => value >>> count,
            (_, uint value) => value >> count,
            (_, ulong value) => value >> count,
            _ => null,
        };
    }

    static object? Integral(BinaryOperatorKind kind, SpecialType type, BigInteger left, BigInteger right) => kind switch
    {
        BinaryOperatorKind.Add => FromBig(left + right, type),
        BinaryOperatorKind.Subtract => FromBig(left - right, type),
        BinaryOperatorKind.Multiply => FromBig(left * right, type),
        BinaryOperatorKind.Divide => FromBig(BigInteger.Divide(left, right), type),
        BinaryOperatorKind.Remainder => FromBig(BigInteger.Remainder(left, right), type),
        BinaryOperatorKind.And => FromBig(left & right, type),
        BinaryOperatorKind.Or => FromBig(left | right, type),
        BinaryOperatorKind.ExclusiveOr => FromBig(left ^ right, type),
        BinaryOperatorKind.Equals => left == right,
        BinaryOperatorKind.NotEquals => left != right,
        BinaryOperatorKind.LessThan => left < right,
        BinaryOperatorKind.LessThanOrEqual => left <= right,
        BinaryOperatorKind.GreaterThan => left > right,
        BinaryOperatorKind.GreaterThanOrEqual => left >= right,
        _ => null,
    };

    // Single-precision +, -, * and / rounded from double precision are correctly rounded.
    static object? Floating(BinaryOperatorKind kind, SpecialType type, double left, double right) => kind switch
    {
        BinaryOperatorKind.Add => FromDouble(left + right, type),
        BinaryOperatorKind.Subtract => FromDouble(left - right, type),
        BinaryOperatorKind.Multiply => FromDouble(left * right, type),
        BinaryOperatorKind.Divide => FromDouble(left / right, type),
        BinaryOperatorKind.Remainder => FromDouble(left % right, type),
        BinaryOperatorKind.Equals => left == right,
        BinaryOperatorKind.NotEquals => left != right,
        BinaryOperatorKind.LessThan => left < right,
        BinaryOperatorKind.LessThanOrEqual => left <= right,
        BinaryOperatorKind.GreaterThan => left > right,
        BinaryOperatorKind.GreaterThanOrEqual => left >= right,
        _ => null,
    };

    static object FromDouble(double value, SpecialType type) => type == SpecialType.System_Single ? (object)(float)value : value;

    static object FromBig(BigInteger value, SpecialType type) => type switch
    {
        SpecialType.System_SByte => (sbyte)value,
        SpecialType.System_Byte => (byte)value,
        SpecialType.System_Int16 => (short)value,
        SpecialType.System_UInt16 => (ushort)value,
        SpecialType.System_Char => (char)(ushort)value,
        SpecialType.System_Int32 => (int)value,
        SpecialType.System_UInt32 => (uint)value,
        SpecialType.System_Int64 => (long)value,
        SpecialType.System_UInt64 => (ulong)value,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    static BigInteger ToBig(object value) => value is ulong large ? large : ToLong(value);

    static long ToLong(object value) => value switch
    {
        sbyte number => number,
        byte number => number,
        short number => number,
        ushort number => number,
        char number => number,
        int number => number,
        uint number => number,
        long number => number,
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    static SpecialType TypeOf(object? value) => value switch
    {
        sbyte => SpecialType.System_SByte,
        byte => SpecialType.System_Byte,
        short => SpecialType.System_Int16,
        ushort => SpecialType.System_UInt16,
        char => SpecialType.System_Char,
        int => SpecialType.System_Int32,
        uint => SpecialType.System_UInt32,
        long => SpecialType.System_Int64,
        ulong => SpecialType.System_UInt64,
        float => SpecialType.System_Single,
        double => SpecialType.System_Double,
        _ => SpecialType.None,
    };
}
