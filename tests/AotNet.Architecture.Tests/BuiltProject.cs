using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace AotNet.Architecture.Tests;

/// <summary>A project of the repository and what its built assembly says of itself.</summary>
sealed record BuiltProject(string Path)
{
    internal string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>First folder of its path: <c>src</c>, <c>generators</c>, ...</summary>
    internal string Area => System.IO.Path.GetRelativePath(Repository.Root, Path).Split(System.IO.Path.DirectorySeparatorChar)[0];

    string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>All projects of the repository.</summary>
    internal static IReadOnlyList<BuiltProject> All { get; } =
    [
        .. new[] { "src", "generators", "samples", "tests", "benchmarks" }.Where(area => Directory.Exists(Repository.PathOf(area)))
            .SelectMany(static area => Repository.Files(area, "*.csproj")).Select(static path => new BuiltProject(path)),
    ];

    internal static BuiltProject Named(string name) => All.Single(project => project.Name == name);

    internal static IEnumerable<BuiltProject> In(string area) => All.Where(project => project.Area == area);

    /// <summary>Its assembly, of the configuration that these tests were built in.</summary>
    internal string Assembly
    {
        get
        {
            string framework = XDocument.Load(Path).Descendants("TargetFramework").FirstOrDefault()?.Value ?? "net10.0";
            string configuration = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/', '\\')))!;
            return System.IO.Path.Combine(Folder, "bin", configuration, framework, Name + ".dll");
        }
    }

    /// <summary>Simple names and versions of the assemblies it refers to.</summary>
    internal IReadOnlyList<(string Name, Version Version)> References => Read(static metadata => metadata.AssemblyReferences
        .Select(metadata.GetAssemblyReference)
        .Select(reference => (metadata.GetString(reference.Name), reference.Version)).ToList());

    /// <summary>References to other projects of this repository.</summary>
    internal IReadOnlyList<string> Arrows => [.. References.Select(static reference => reference.Name)
        .Where(static name => All.Any(project => project.Name == name)).Order(StringComparer.Ordinal)];

    /// <summary>Projects that its project file names.</summary>
    internal IEnumerable<string> ProjectReferences => XDocument.Load(Path).Descendants("ProjectReference")
        .Select(reference => System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder, reference.Attribute("Include")!.Value)));

    /// <summary>Full names of its public types, nested ones with a dot.</summary>
    internal IReadOnlyList<string> PublicTypes => Read(static metadata => metadata.TypeDefinitions
        .Where(handle => IsPublic(metadata, handle)).Select(handle => NameOf(metadata, handle)).ToList());

    /// <summary>Values of its <c>AssemblyMetadata</c> attributes.</summary>
    internal IReadOnlyList<string> MetadataValues => Read(static metadata => metadata.GetAssemblyDefinition().GetCustomAttributes()
        .Select(handle => metadata.GetBlobReader(metadata.GetCustomAttribute(handle).Value))
        .Select(static blob => System.Text.Encoding.UTF8.GetString(blob.ReadBytes(blob.Length))).ToList());

    /// <inheritdoc/>
    public override string ToString() => Name;

    T Read<T>(Func<MetadataReader, T> read)
    {
        using var image = new PEReader(File.OpenRead(Assembly));
        return read(image.GetMetadataReader());
    }

    static bool IsPublic(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        return (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask) switch
        {
            System.Reflection.TypeAttributes.Public => true,
            System.Reflection.TypeAttributes.NestedPublic => IsPublic(metadata, type.GetDeclaringType()),
            _ => false,
        };
    }

    static string NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? NameOf(metadata, outer) + "." + name
            : metadata.GetString(type.Namespace) is { Length: > 0 } space ? space + "." + name : name;
    }
}
