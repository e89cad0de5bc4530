namespace AotNet;

/// <summary>One class index per sample, declared with <see cref="ClassesAttribute"/>.</summary>
public sealed class Labels
{
    Labels() => throw DeclarationOnly.Error();
}

/// <summary>
/// Real-valued targets of each sample, declared with <see cref="ShapeAttribute"/>: regression values, or one 0/1 value
/// per label for multi-label classification.
/// </summary>
public sealed class Targets
{
    Targets() => throw DeclarationOnly.Error();
}
