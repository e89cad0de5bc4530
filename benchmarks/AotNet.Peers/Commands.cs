using AotNet.Benchmarks.Harness;
using AotNet.Peers.Accuracy;
using AotNet.Peers.Curvatures;
using AotNet.Peers.Harness;
using AotNet.Peers.Images;
using AotNet.Peers.Libraries;
using AotNet.Peers.Products;
using AotNet.Peers.Recipes;
using AotNet.Peers.Steps;
using ConsoleAppFramework;

namespace AotNet.Peers;

/// <summary>Every verb with its flags; the comments are the help texts.</summary>
sealed class Commands
{
    /// <summary>What a command line may begin with.</summary>
    internal static readonly string[] Verbs =
        ["products", "curvature", "costs", "steps", "images", "sgd2", "threads", "accuracy", "recipe", "all", TorchMnist.Verb, BusyProcess.Verb];

    const string DefaultTrainer = "artifacts/MnistMlp/MnistMlp";

    /// <summary>Forward, dW and dX of dense layers: ours, OpenBLAS, libtorch and the bound. One thread.</summary>
    /// <param name="rows">Rows of the batch, with commas (default: 1,8,32,100,128,500,512).</param>
    /// <param name="layers">Layers as INPUTSxOUTPUTS, with commas (default: the ten of the grid).</param>
    /// <param name="kinds">forward, dW, dX, with commas (default: all).</param>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/products.md into; none when empty.</param>
    public void Products([HideDefaultValue] string rows = "", [HideDefaultValue] string layers = "", [HideDefaultValue] string kinds = "",
        int repeats = 31, double sampleMs = 4, string output = "")
    {
        new ProductComparison(Arguments.Sampling(repeats, sampleMs))
            .Run(Arguments.Choose("kinds", kinds, Enum.GetValues<ProductKind>(), ProductComparison.Name),
                Arguments.Integers("rows", rows, ProductShapes.Rows), Arguments.Layers(layers, ProductShapes.Layers))
            .Save(output, "products");
    }

    /// <summary>Whole training steps of five networks: ours and libtorch's, after their losses were compared.</summary>
    /// <param name="network">Networks as their widths with hyphens, with commas (default: all five).</param>
    /// <param name="batch">Batches among 1, 32, 128 and 512, with commas (default: all).</param>
    /// <param name="optimizer">sgd, adam, or both with a comma (default: both).</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/steps.md into; none when empty.</param>
    public void Steps([HideDefaultValue] string network = "", [HideDefaultValue] string batch = "",
        [HideDefaultValue] string optimizer = "", int threads = 1, int repeats = 7, double sampleMs = 30, string output = "")
    {
        IReadOnlyList<StepNetwork> networks = Arguments.Choose("network", network, StepNetwork.All, static item => item.Name);
        new StepComparison(Arguments.Sampling(repeats, sampleMs), Arguments.Threads(threads))
            .Run(Arguments.Choose("batch", batch, networks, static item => $"{item.Batch}"),
                Arguments.Choose("optimizer", optimizer, Enum.GetValues<StepRule>(), static rule => $"{rule}"))
            .Save(output, "steps");
    }

    /// <summary>Whole training steps of five convolutional networks: ours and libtorch's, after their losses were compared.</summary>
    /// <param name="network">Networks by name, with commas (default: all five).</param>
    /// <param name="batch">Batches among 1, 32 and 128, with commas (default: all).</param>
    /// <param name="optimizer">sgd, adam, or both with a comma (default: both).</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/images.md into; none when empty.</param>
    public void Images([HideDefaultValue] string network = "", [HideDefaultValue] string batch = "",
        [HideDefaultValue] string optimizer = "", int threads = 1, int repeats = 7, double sampleMs = 30, string output = "") =>
        new ImageComparison(Arguments.Sampling(repeats, sampleMs), Arguments.Threads(threads))
            .Run(Arguments.Choose("batch", batch, Arguments.Choose("network", network, ImageNetwork.All, static item => item.Name),
                static item => $"{item.Batch}"), Arguments.Choose("optimizer", optimizer, Enum.GetValues<StepRule>(), static rule => $"{rule}"))
            .Save(output, "images");

    /// <summary>Gram, Cholesky and solve, parts and whole, of both exact forms of curvature: ours and OpenBLAS. One thread.</summary>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/curvature.md into; none when empty.</param>
    public void Curvature(int repeats = 7, double sampleMs = 4, string output = "") =>
        new CurvatureComparison(Arguments.Sampling(repeats, sampleMs)).Run().Save(output, "curvature");

    /// <summary>Both exact forms of curvature over a grid of layers, and whether the planner chooses the faster. One thread.</summary>
    /// <param name="inputs">Inputs of the layer, with commas (default: 16,64,128,300,512,784,1024).</param>
    /// <param name="outputs">Outputs, with commas (default: 10,64,128,400,1024).</param>
    /// <param name="rows">Rows of the batch, with commas (default: 8,32,128,512).</param>
    /// <param name="repeats">Samples of each form, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/costs.md into; none when empty.</param>
    public void Costs([HideDefaultValue] string inputs = "", [HideDefaultValue] string outputs = "", [HideDefaultValue] string rows = "",
        int repeats = 5, double sampleMs = 4, string output = "") => new CostComparison(Arguments.Sampling(repeats, sampleMs))
        .Run(Arguments.Integers("inputs", inputs, CostComparison.Inputs), Arguments.Integers("outputs", outputs, CostComparison.Outputs),
            Arguments.Integers("rows", rows, CostComparison.Rows)).Save(output, "costs");

    /// <summary>Our own training steps under SGD2, every layer decorrelated, beside those under SGD. One thread.</summary>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/sgd2.md into; none when empty.</param>
    public void Sgd2(int repeats = 9, double sampleMs = 60, string output = "") =>
        new Sgd2Comparison(Arguments.Sampling(repeats, sampleMs)).Run().Save(output, "sgd2");

    /// <summary>Our own training steps with several threads beside one, on a quiet machine and while another process is busy.</summary>
    /// <param name="network">784-512-512-10 and convolutional networks by name, with commas (default: all).</param>
    /// <param name="batch">Batches among 1, 32, 128 and 512, with commas (default: 128 and 512, as far as a network has them).</param>
    /// <param name="threads">Threads that are compared with one.</param>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/threads.md into; none when empty.</param>
    public void Threads([HideDefaultValue] string network = "", [HideDefaultValue] string batch = "", int threads = 2, int repeats = 9,
        double sampleMs = 100, string output = "")
    {
        IReadOnlyList<TrainedNetwork> networks = Arguments.Choose("network", network, ThreadComparison.Networks, static item => item.Name);
        new ThreadComparison(Arguments.Sampling(repeats, sampleMs), Arguments.Threads(threads))
            .Run(batch.Length == 0 ? [.. networks.Where(static item => item.Batch is 128 or 512)]
                : Arguments.Choose("batch", batch, networks, static item => $"{item.Batch}"))
            .Save(output, "threads");
    }

    /// <summary>Time of whole processes to 97.5 % accuracy on MNIST: our published program and libtorch, both tuned first.</summary>
    /// <param name="data">Folder with the four .gz files of MNIST. Required.</param>
    /// <param name="trainer">Our program, published from samples/MnistMlp.</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="settings">Tries only settings whose description has this text, such as "batch 64"; all when empty.</param>
    /// <param name="seeds">Seeds that settings are tuned on.</param>
    /// <param name="repeats">Races of the best settings.</param>
    /// <param name="output">Folder to write CPU/accuracy.md into; none when empty.</param>
    public void Accuracy([HideDefaultValue] string data = "", string trainer = DefaultTrainer, int threads = 2,
        string settings = "", int seeds = 10, int repeats = 5, string output = "") =>
        new AccuracyComparison(trainer, Arguments.Folder("data", data), settings, Arguments.Threads(threads),
            Arguments.Count("seeds", seeds), Arguments.Count("repeats", repeats)).Run().Save(output, "accuracy");

    /// <summary>What samples/CifarResNet and the same network by libtorch reach on CIFAR-10 by one recipe, on the same batches.</summary>
    /// <param name="data">CIFAR-10, image files or its binary version: directory or archive. Required.</param>
    /// <param name="epochs">Epochs of each run.</param>
    /// <param name="seeds">A run each, with commas.</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="output">Folder to write CPU/recipe.md into; none when empty.</param>
    public void Recipe([HideDefaultValue] string data = "", int epochs = 5, string seeds = "1,2", int threads = 1, string output = "") =>
        new RecipeComparison(Arguments.Given("data", data), Arguments.Count("epochs", epochs), Arguments.Integers("seeds", seeds, [1, 2]),
            Arguments.Threads(threads)).Run().Save(output, "recipe");

    /// <summary>Everything, each verb with its defaults.</summary>
    /// <param name="data">Folder with the four .gz files of MNIST; without it 'accuracy' is left out.</param>
    /// <param name="cifar">CIFAR-10; without it 'recipe' is left out.</param>
    /// <param name="trainer">Our program, published from samples/MnistMlp.</param>
    /// <param name="output">Folder to write CPU/VERB.md into.</param>
    public void All([HideDefaultValue] string data = "", [HideDefaultValue] string cifar = "", string trainer = DefaultTrainer,
        string output = "benchmarks/results")
    {
        Products(output: output);
        Curvature(output: output);
        Costs(output: output);
        Steps(output: output);
        Images(output: output);
        Sgd2(output: output);
        Threads(output: output);
        if (data.Length > 0)
            Accuracy(data, trainer, output: output);
        if (cifar.Length > 0)
            Recipe(cifar, output: output);
    }

    /// <summary>Trains on MNIST by libtorch.</summary>
    [Hidden]
    [Command(TorchMnist.Verb)]
    public void TrainByTorch(string data, string optimizer, double lr, int batch, int epochs, string schedule, int threads, int seed,
        int warmup = 0, double momentum = TorchMlp.Momentum, string standardize = Settings.Centered) =>
        TorchMnist.Train(data, new Settings(optimizer, lr, batch, epochs, schedule == "linear")
        {
            Warmup = warmup,
            Momentum = momentum,
            LeavesZeros = standardize != Settings.Centered,
        }, threads, seed);

    /// <summary>Keeps one core busy until its input ends.</summary>
    [Hidden]
    [Command(BusyProcess.Verb)]
    public void Busy() => BusyProcess.Spin();
}
