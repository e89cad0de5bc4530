using System.Text;

namespace AotNet.Compiler.Emission;

/// <summary>Writes indented C# text with <c>\n</c> line ends.</summary>
sealed class SourceWriter
{
    readonly StringBuilder text = new();
    int indent;

    /// <summary>Writes one line, without blanks at its end; an empty one has no indentation.</summary>
    internal SourceWriter Line(string line = "")
    {
        int length = line.Length;
        while (length > 0 && line[length - 1] == ' ')
            length--;
        if (length > 0)
            text.Append(' ', indent * 4).Append(line, 0, length);
        text.Append('\n');
        return this;
    }

    /// <summary>Writes each line of a text at the current indentation.</summary>
    internal SourceWriter Lines(string lines)
    {
        foreach (string line in lines.Split('\n'))
            Line(line.TrimEnd('\r'));
        return this;
    }

    /// <summary>Opens a block, under <paramref name="header"/> if there is one.</summary>
    internal SourceWriter Open(string header = "")
    {
        if (header.Length > 0)
            Line(header);
        Line("{");
        indent++;
        return this;
    }

    /// <summary>Closes a block.</summary>
    internal SourceWriter Close(string tail = "")
    {
        indent--;
        return Line("}" + tail);
    }

    /// <summary>Indents by one step without a brace.</summary>
    internal SourceWriter Indent()
    {
        indent++;
        return this;
    }

    /// <summary>Undoes <see cref="Indent"/>.</summary>
    internal SourceWriter Unindent()
    {
        indent--;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();
}
