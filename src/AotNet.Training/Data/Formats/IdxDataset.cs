namespace AotNet.Training.Data.Formats;

/// <summary>Finds and joins the images file and the labels file of an IDX data set.</summary>
static class IdxDataset
{
    static readonly string[] TestPrefixes = ["t10k", "test"];

    /// <summary>The training pair and, if there is one, the test pair of a directory or of one images file.</summary>
    public static (Dataset Train, Dataset? Test) ReadTraining(string path, NetworkInfo network)
    {
        if (!Directory.Exists(path))
            return (ReadPair(path, network), null);
        string images = Find(path, "train", "images") ?? throw NoPair(path, "train");
        string? testImages = TestPrefixes.Select(prefix => Find(path, prefix, "images")).FirstOrDefault(static file => file is not null);
        return testImages is null ? (ReadPair(images, network), null) : ReadBoth(images, testImages, network);
    }

    /// <summary>Two pairs at the same time: decompressing takes longer than all else before the first step.</summary>
    static (Dataset Train, Dataset Test) ReadBoth(string trainImages, string testImages, NetworkInfo network)
    {
        var test = new Meanwhile<Dataset>(() => ReadPair(testImages, network));
        Dataset train = ReadPair(trainImages, network);
        return (train, test.Join());
    }

    /// <summary>The pair to evaluate on: of a directory the test pair, else the training pair; or the pair of one images file.</summary>
    public static Dataset ReadEvaluation(string path, NetworkInfo network)
    {
        if (!Directory.Exists(path))
            return ReadPair(path, network);
        string images = ((string[])[.. TestPrefixes, "train"]).Select(prefix => Find(path, prefix, "images"))
            .FirstOrDefault(static file => file is not null) ?? throw NoPair(path, "t10k");
        return ReadPair(images, network);
    }

    /// <summary>Whether a directory holds images of this format.</summary>
    public static bool LiesIn(string directory) =>
        ((string[])["train", .. TestPrefixes]).Any(prefix => Find(directory, prefix, "images") is not null);

    /// <summary>Images without labels.</summary>
    public static ByteDataset ReadImages(string path, NetworkInfo network) =>
        Join(IdxFile.Read(path), [], network);

    static ByteDataset ReadPair(string imagesPath, NetworkInfo network)
    {
        if (!network.Target.IsClass)
        {
            throw new UsageException($"{imagesPath}: IDX files hold classes, but network {network.Name} learns "
                + $"{network.Target.Width} real values ({network.Target.Kind}); use CSV.");
        }
        string labelsPath = LabelsBeside(imagesPath);
        ByteDataset images = ReadImages(imagesPath, network);
        IdxFile labels = IdxFile.Read(labelsPath);
        if (labels.Extents.Length != 1)
            throw new UsageException($"{labelsPath}: has {labels.Extents.Length} dimensions; labels have one.");
        if (labels.Count != images.Count)
            throw new UsageException($"{labelsPath}: has {labels.Count} labels for the {images.Count} samples of {imagesPath}.");

        var classes = new int[labels.Count];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = labels.Values[i];
            if (classes[i] >= network.Target.Width)
            {
                throw new UsageException($"{labelsPath}: sample {i}: "
                    + $"{Problem.OutsideClasses(classes[i].ToString(), network.Target.Width)} of network {network.Name}.");
            }
        }
        return new ByteDataset
        {
            Source = imagesPath,
            Count = images.Count,
            Features = images.Features,
            Values = images.Values,
            Labels = classes,
        };
    }

    static ByteDataset Join(IdxFile images, int[] labels, NetworkInfo network)
    {
        if (images.Extents.Length < 2)
            throw new UsageException($"{images.Path}: has one dimension; images have at least two, samples first.");
        if (images.Features != network.InputFeatures)
            throw Problem.WrongFeatures(images.Path, $"a sample has {images.SampleShape} = {images.Features} values", network);
        return new ByteDataset
        {
            Source = images.Path,
            Count = images.Count,
            Features = images.Features,
            Values = images.Values,
            Labels = labels,
        };
    }

    /// <summary>DIR/PREFIX-images-idx3-ubyte and its spellings with a dot, with .gz, or null.</summary>
    static string? Find(string directory, string prefix, string kind)
    {
        string dimensions = kind == "images" ? "idx3" : "idx1";
        foreach (string suffix in (string[])["", ".gz"])
        {
            foreach (char separator in "-.")
            {
                string file = Path.Combine(directory, $"{prefix}-{kind}{separator}{dimensions}-ubyte{suffix}");
                if (File.Exists(file))
                    return file;
            }
        }
        return null;
    }

    static string LabelsBeside(string imagesPath)
    {
        if (!File.Exists(imagesPath))
            throw Problem.Unreadable(imagesPath, new FileNotFoundException());
        string directory = Path.GetDirectoryName(imagesPath) ?? "";
        string name = Path.GetFileName(imagesPath);
        if (!name.Contains("images"))
            throw new UsageException($"{imagesPath}: the name of an images file contains 'images', so that its labels file is found beside it.");
        string labels = name.Replace("images", "labels").Replace("idx3", "idx1");
        string bare = labels.EndsWith(".gz", StringComparison.Ordinal) ? labels[..^3] : labels;
        foreach (string candidate in (string[])[labels, bare, bare + ".gz"])
        {
            string path = Path.Combine(directory, candidate);
            if (File.Exists(path))
                return path;
        }
        throw new UsageException($"{imagesPath}: its labels file {labels} is missing.");
    }

    static UsageException NoPair(string directory, string prefix) => new(
        $"{directory}: holds no {prefix}-images-idx3-ubyte file, plain or .gz.");
}
