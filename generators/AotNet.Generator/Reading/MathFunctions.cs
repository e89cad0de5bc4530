namespace AotNet.Generator.Reading;

/// <summary>The functions of <c>System.Math</c> and <c>MathF</c> that declarations may use.</summary>
static class MathFunctions
{
    /// <summary>
    /// The value of a function, computed over doubles, which hold every int and float exactly; null when the function is
    /// not one of those known or an argument is not a number that a double holds.
    /// </summary>
    public static double? Evaluate(string name, object?[] arguments)
    {
        var numbers = new double[arguments.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (Arithmetic.Promote(arguments[i], 0) == Microsoft.CodeAnalysis.SpecialType.None)
                return null;
            numbers[i] = Arithmetic.ToDouble(arguments[i]!);
            // Beyond 2^53 not every integer is a double.
            if (arguments[i] is long or ulong && Math.Abs(numbers[i]) > 1L << 53)
                return null;
        }
        return numbers switch
        {
            [double x] => Unary(name, x),
            [double x, double y] => name switch
            {
                "Max" => Math.Max(x, y),
                "Min" => Math.Min(x, y),
                "Pow" => Math.Pow(x, y),
                "Log" => Math.Log(x, y),
                _ => null,
            },
            [double x, double low, double high] when name == "Clamp" && low <= high => Math.Min(Math.Max(x, low), high),
            _ => null,
        };
    }

    static double? Unary(string name, double x) => name switch
    {
        "Abs" => Math.Abs(x),
        "Sqrt" => Math.Sqrt(x),
        "Exp" => Math.Exp(x),
        "Log" => Math.Log(x),
        "Log10" => Math.Log10(x),
        "Log2" => Log2(x),
        "Floor" => Math.Floor(x),
        "Ceiling" => Math.Ceiling(x),
        "Round" => Math.Round(x),
        "Truncate" => Math.Truncate(x),
        "Sign" => double.IsNaN(x) ? null : Math.Sign(x),
        _ => null,
    };

    // The quotient of logarithms misses some powers of two by one digit.
    static double Log2(double x)
    {
        double log = Math.Log(x, 2), rounded = Math.Round(log);
        return Math.Pow(2, rounded) == x ? rounded : log;
    }
}
