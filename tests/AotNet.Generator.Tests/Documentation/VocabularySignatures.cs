using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AotNet.Generator.Tests.Documentation;

/// <summary>The public vocabulary as docs/declaring.md spells it: one signature a member, defaults as in C#.</summary>
static class VocabularySignatures
{
    /// <summary>Public types that tell of a network and declare nothing.</summary>
    static readonly Type[] Contracts =
    [
        typeof(INetwork<>), typeof(NetworkInfo), typeof(InputInfo), typeof(ObjectiveKind), typeof(TargetInfo), typeof(ArenaInfo), typeof(RecomputationInfo),
        typeof(LayerInfo), typeof(CurvatureWork), typeof(TensorRole), typeof(TensorInfo),
    ];

    static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(int)] = "int", [typeof(long)] = "long", [typeof(bool)] = "bool", [typeof(float)] = "float", [typeof(string)] = "string",
        [typeof(int[])] = "int[]",
    };

    static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Signatures with their parameters' names.</summary>
    public static IEnumerable<(string Signature, IEnumerable<string> Parameters)> All =>
        typeof(Tensor).Assembly.GetExportedTypes().Except(Contracts).SelectMany(Of);

    static IEnumerable<(string, IEnumerable<string>)> Of(Type type)
    {
        if (type.IsEnum)
            return [($"enum {type.Name} {{ {string.Join(", ", Enum.GetNames(type))} }}", [])];
        if (typeof(Attribute).IsAssignableFrom(type))
            return [OfAttribute(type)];
        const BindingFlags declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return type.GetProperties(declared).Select(static property => ($"static {Name(property.PropertyType)} {property.Name}", Enumerable.Empty<string>()))
            .Concat(type.GetMethods(declared).Where(static method => !method.IsSpecialName || method.Name.StartsWith("op_")).Select(OfMethod));
    }

    /// <summary>Settings of an attribute, or else the parameters of its constructor.</summary>
    static (string, IEnumerable<string>) OfAttribute(Type type)
    {
        string name = type.Name.Replace("Attribute", "");
        PropertyInfo[] settings = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(static property => property.CanWrite)];
        ParameterInfo[] parameters = type.GetConstructors().Single().GetParameters();
        if (settings.Length == 0)
            return ($"[{name}({string.Join(", ", parameters.Select(Spell))})]", parameters.Select(static parameter => parameter.Name!));
        object instance = Activator.CreateInstance(type)!;
        return ($"[{name}({string.Join(", ", settings.Select(setting => $"{Name(setting.PropertyType)} {setting.Name} = {Literal(setting.GetValue(instance))}"))})]",
            settings.Select(static setting => setting.Name));
    }

    static (string, IEnumerable<string>) OfMethod(MethodInfo method)
    {
        string result = Name(method.ReturnType);
        string head = method.Name switch
        {
            "op_Addition" => $"{result} operator +",
            "op_Implicit" => $"implicit operator {result}",
            _ => $"{result} {method.Name}",
        };
        ParameterInfo[] parameters = method.GetParameters();
        return ($"{(method.IsStatic ? "static " : "")}{head}({string.Join(", ", parameters.Select(Spell))})",
            parameters.Select(static parameter => parameter.Name!));
    }

    static string Spell(ParameterInfo parameter)
    {
        string gathers = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        string nullable = !parameter.ParameterType.IsValueType && Nullability.Create(parameter).ReadState == NullabilityState.Nullable ? "?" : "";
        string otherwise = !parameter.HasDefaultValue ? ""
            : parameter.ParameterType.IsEnum ? $" = {parameter.ParameterType.Name}.{Enum.ToObject(parameter.ParameterType, parameter.RawDefaultValue!)}"
            : parameter is { ParameterType: { IsValueType: true, IsPrimitive: false } } ? " = default"
            : " = " + Literal(parameter.DefaultValue);
        return $"{gathers}{Tuple(parameter) ?? Name(parameter.ParameterType)}{nullable} {parameter.Name}{otherwise}";
    }

    /// <summary>The type of a parameter that is a tuple with names.</summary>
    static string? Tuple(ParameterInfo parameter) => parameter.GetCustomAttribute<TupleElementNamesAttribute>() is { } names
        ? $"({string.Join(", ", parameter.ParameterType.GetGenericArguments().Zip(names.TransformNames, static (type, name) => $"{Name(type)} {name}"))})"
        : null;

    static string Name(Type type) => Keywords.GetValueOrDefault(type, type.Name);

    static string Literal(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        // The shortest of the two ways in which C# code writes a float.
        float number => Math.Abs(number) is > 0 and < 1e-3f
            ? number.ToString("0e-0", CultureInfo.InvariantCulture) + "f"
            : number.ToString(CultureInfo.InvariantCulture) + "f",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
