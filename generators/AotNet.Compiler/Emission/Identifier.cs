namespace AotNet.Compiler.Emission;

/// <summary>Identifiers of emitted code.</summary>
static class Identifier
{
    static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue",
        "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally",
        "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock",
        "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected",
        "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string",
        "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort",
        "using", "virtual", "void", "volatile", "while",
    ];

    /// <summary>The name as C# spells it where it may be a keyword.</summary>
    internal static string Escape(string name) => Keywords.Contains(name) ? "@" + name : name;

    /// <summary><paramref name="wish"/>, or a variation of it that is not among <paramref name="taken"/>.</summary>
    internal static string Unique(string wish, IEnumerable<string> taken)
    {
        string name = wish;
        while (taken.Contains(name))
            name += "_";
        return name;
    }
}
