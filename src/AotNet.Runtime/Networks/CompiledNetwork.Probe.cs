using System.ComponentModel;

namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    /// <summary>Both passes with every value kept, on one worker; what a training step runs does not know of it.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void ProbePass(in KernelContext c)
    {
    }

    /// <summary>Where values lie after <see cref="ProbePass"/>; null when the network was declared without probes.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual ProbeLayout? ProbeLayout => null;

    /// <summary>Whether <see cref="CreateProbe"/> gives one.</summary>
    public bool HasProbes => ProbeLayout is not null;

    /// <summary>Something to look into training steps of this network with. It has an arena of its own, until it is disposed.</summary>
    /// <exception cref="InvalidOperationException">The network was declared with <c>Probes = false</c>.</exception>
    public ConsistencyProbe CreateProbe() => new(this, ProbeLayout
        ?? throw new InvalidOperationException($"{Info.Name} was declared with [Network(Probes = false)] and cannot be probed."));

    /// <summary>Runs both passes of a batch in another arena, from the present state, which stays as it is.</summary>
    /// <returns>Rows of the batch.</returns>
    internal int Observe(Arena target, ProbeLayout places, ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets,
        ReadOnlySpan<int> partners, ReadOnlySpan<float> weights)
    {
        CheckMix(inputs, partners, weights);
        int count = LoadBatch(target, places.Inputs, places.Target, inputs, labels, targets);
        Copy(0, 0, layout.ParameterLength);
        for (int i = 0; i < statistics.Length; i++)
            Copy(statistics[i].Offset / sizeof(float), places.Statistics[i], statistics[i].Stride);
        fixed (int* partner = partners)
        fixed (float* weight = weights)
        {
            KernelContext c = Context(0, 1) with
            {
                Arena = (float*)target.Base,
                Rows = count,
                InverseRows = 1f / count,
                Training = true,
                Partners = partner,
                Weights = weight,
            };
            ProbePass(in c);
        }
        return count;

        void Copy(long from, long to, long length) => Buffer.MemoryCopy((float*)arena.Base + from, (float*)target.Base + to,
            length * sizeof(float), length * sizeof(float));
    }
}
