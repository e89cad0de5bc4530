namespace PaperExperiments;

/// <summary>What an experiment learns from, as its command finds it.</summary>
/// <param name="Variable">Environment variable that may name it.</param>
/// <param name="Advice">What is wanted, for who gave none.</param>
sealed record DataSource(string Variable, string Advice)
{
    /// <summary>MNIST, and what has its format.</summary>
    public static DataSource Mnist { get; } = new("MNIST",
        "MNIST must be given, by --data DIR or the environment variable MNIST: a directory with train-images-idx3-ubyte, "
        + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or .gz, as Y. LeCun, C. Cortes and C. Burges publish it. "
        + "Debian's package dataset-fashion-mnist (/usr/share/datasets/fashion-mnist) has the same format: the experiments run on it, but the reference figures are not of it.");

    /// <summary>CIFAR-10.</summary>
    public static DataSource Cifar { get; } = new("CIFAR10",
        "CIFAR-10 must be given, by --data PATH or the environment variable CIFAR10: its binary version as A. Krizhevsky publishes it (data_batch_1.bin to "
        + "data_batch_5.bin and test_batch.bin), or image files, train/CLASS/*.jpg and test/CLASS/*.jpg; a directory, or an archive, .tar or .tar.gz.");
}
