namespace AotNet.Runtime;

/// <summary>Draws the initial parameters of a network; of the matrices with many independent values, each worker some rows.</summary>
/// <param name="layout">The network's tensors and how each starts.</param>
/// <param name="arena">Where they lie.</param>
/// <param name="seed">Seed of the network.</param>
sealed unsafe class InitialWeights(NetworkLayout layout, Arena arena, ulong seed) : ISharedWork
{
    public void Work(int worker, int workers)
    {
        for (int i = 0; i < layout.Starts.Length; i++)
        {
            TensorInfo tensor = layout.Info.Tensors[i];
            float* values = (float*)(arena.Base + tensor.Offset);
            uint stream = (uint)i;
            WorkerTeam.Split(tensor.Rows, worker, workers, out int first, out int last);
            switch (layout.Starts[i].Kind)
            {
                case StartKind.He: Normal(Initializers.HeSigma(tensor.Rows)); break;
                case StartKind.LeCun: Normal(Initializers.LeCunSigma(tensor.Rows)); break;
                case StartKind.Normal: Normal(layout.Starts[i].Sigma); break;
                case StartKind.Glorot when worker == 0: Initializers.Glorot(values, tensor.Rows, tensor.Columns, tensor.Stride, seed, stream); break;
                case StartKind.Orthogonal when worker == 0: Initializers.Orthogonal(values, tensor.Rows, tensor.Columns, tensor.Stride, seed, stream); break;
                case StartKind.One when worker == 0: new Span<float>(values, tensor.Columns).Fill(1f); break;
                default: break;
            }

            void Normal(double sigma) => Initializers.Gaussian(values, first, last, tensor.Columns, tensor.Stride, seed, stream, sigma);
        }
    }
}
