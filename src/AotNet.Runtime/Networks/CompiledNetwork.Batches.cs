using System.Globalization;

namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    // Floats; one thread copies fewer sooner than a second one has woken up.
    const int SharedCopy = 64 * 1024;

    readonly RowLoad load = new();

    /// <summary>
    /// Where the network itself has the inputs of a batch, <see cref="NetworkInfo.Batch"/> x <see cref="NetworkInfo.InputFeatures"/>:
    /// inputs that are written here, from its first row on, and passed from here are not copied. Calls may overwrite it. Empty where
    /// the network has several inputs or pads their rows.
    /// </summary>
    public Span<float> InputBuffer
    {
        get
        {
            ObjectDisposedException.ThrowIf(arena.Base == null, this);
            BufferPlace place = layout.Inputs[0];
            return layout.Inputs.Length == 1 && place.Stride == place.Columns
                ? new Span<float>((float*)arena.Base + place.Offset, Info.Batch * place.Columns) : [];
        }
    }

    /// <summary>
    /// Forward, loss, backward, update: one training step. When the loss is not finite nothing is updated and
    /// <see cref="NonFiniteLayer"/> is set.
    /// </summary>
    /// <param name="inputs">rows x <see cref="NetworkInfo.InputFeatures"/>: all inputs of a sample behind one another.</param>
    /// <param name="labels">One class per row; empty unless the target is a class.</param>
    /// <param name="targets">rows x target width; empty when the target is a class.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is outside the classes; nothing was written.</exception>
    public BatchResult StepBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
        RunStep(LoadBatch(inputs, labels, targets));

    /// <summary>
    /// A training step on samples that were mixed with others (mixup: Zhang et al. 2018). A row's loss is
    /// w L(label) + (1 - w) L(partner), and its answer counts against the class of the larger weight, the label's of equal ones.
    /// Mixed targets need no partners.
    /// </summary>
    /// <param name="inputs">rows x <see cref="NetworkInfo.InputFeatures"/>, mixed.</param>
    /// <param name="labels">One class per row; empty unless the target is a class.</param>
    /// <param name="targets">rows x target width, mixed; empty when the target is a class.</param>
    /// <param name="partners">A second class per row; empty for none, and unless the target is a class.</param>
    /// <param name="weights">w per row, 0 to 1; empty where <paramref name="partners"/> is.</param>
    /// <exception cref="ArgumentException">
    /// A length does not fit, a label or partner is outside the classes, or a weight outside 0 to 1; nothing was written.
    /// </exception>
    public BatchResult StepBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets,
        ReadOnlySpan<int> partners, ReadOnlySpan<float> weights)
    {
        CheckMix(inputs, partners, weights);
        return RunStep(LoadBatch(inputs, labels, targets), partners, weights);
    }

    /// <summary>Loss and correct answers in inference mode; changes nothing.</summary>
    /// <inheritdoc cref="StepBatch(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float})"/>
    public BatchResult EvaluateBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
        RunEvaluation(LoadBatch(inputs, labels, targets));

    /// <summary>Loss, correct answers and predictions in inference mode, by one forward pass; changes nothing.</summary>
    /// <param name="inputs">rows x <see cref="NetworkInfo.InputFeatures"/>: all inputs of a sample behind one another.</param>
    /// <param name="labels">One class per row; empty unless the target is a class.</param>
    /// <param name="targets">rows x target width; empty when the target is a class.</param>
    /// <param name="outputs">rows x <see cref="NetworkInfo.Outputs"/>, written as by <see cref="PredictBatch"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is outside the classes; nothing was written.</exception>
    public BatchResult EvaluateBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> outputs)
    {
        CheckLength(outputs.Length, RowsOf(inputs, Info.InputFeatures, nameof(inputs)), Info.Outputs, nameof(outputs));
        int rows = LoadBatch(inputs, labels, targets);
        Run(Pass.EvaluationAndPrediction, rows, Info.ForwardFlops);
        CopyRows(layout.Predictions, rows, outputs);
        return Result(rows);
    }

    /// <summary>
    /// Predictions in inference mode: class probabilities for softmax, label probabilities for binary cross-entropy,
    /// values otherwise.
    /// </summary>
    /// <param name="inputs">rows x <see cref="NetworkInfo.InputFeatures"/>: all inputs of a sample behind one another.</param>
    /// <param name="outputs">rows x <see cref="NetworkInfo.Outputs"/>, written.</param>
    /// <exception cref="ArgumentException">A length does not fit; nothing was written.</exception>
    public void PredictBatch(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        int rows = RowsOf(inputs, Info.InputFeatures, nameof(inputs));
        CheckLength(outputs.Length, rows, Info.Outputs, nameof(outputs));
        LoadInputs(arena, layout.Inputs, inputs, rows);
        RunPrediction(rows, outputs, applyLink: true);
    }

    /// <summary>Rows in <paramref name="values"/>, 1 to the batch.</summary>
    /// <exception cref="ArgumentException">It is not made of whole rows, or of too few or many.</exception>
    protected int RowsOf(ReadOnlySpan<float> values, int features, string name)
    {
        int rows = values.Length / features;
        if (rows * features != values.Length)
            throw new ArgumentException($"Expected whole rows of {features} values, found {values.Length} values.", name);
        if (rows < 1 || rows > Info.Batch)
            throw new ArgumentException($"Expected 1 to {Info.Batch} rows of {features} values (the batch that {Info.Name} was compiled for), found {rows}.", name);
        return rows;
    }

    /// <summary>Throws unless <paramref name="length"/> is rows x width.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    protected static void CheckLength(int length, int rows, int width, string name)
    {
        if (length != rows * width)
            throw new ArgumentException($"Expected {rows} rows of {width} values = {rows * width}, found {length} values.", name);
    }

    /// <summary>Throws unless there is one class per row, each between 0 and the number of classes.</summary>
    /// <exception cref="ArgumentException">There is not.</exception>
    protected void CheckLabels(ReadOnlySpan<int> labels, int rows, string name)
    {
        if (labels.Length != rows)
            throw new ArgumentException($"Expected one label for each of {rows} rows, found {labels.Length}.", name);
        for (int r = 0; r < rows; r++)
        {
            if ((uint)labels[r] >= (uint)Info.Target.Width)
                throw new ArgumentException($"Expected labels from 0 to {Info.Target.Width - 1}, found {labels[r]} in row {r}.", name);
        }
    }

    /// <summary>Throws unless there is a second class per row, and a weight from 0 to 1.</summary>
    /// <exception cref="ArgumentException">There is not.</exception>
    protected void CheckMix(ReadOnlySpan<int> partners, ReadOnlySpan<float> weights, int rows, string partnersName, string weightsName)
    {
        CheckLabels(partners, rows, partnersName);
        CheckLength(weights.Length, rows, 1, weightsName);
        for (int r = 0; r < rows; r++)
        {
            if (!(weights[r] is >= 0 and <= 1))
            {
                string found = weights[r].ToString(CultureInfo.InvariantCulture), row = r.ToString(CultureInfo.InvariantCulture);
                throw new ArgumentException($"Expected weights from 0 to 1, found {found} in row {row}.", weightsName);
            }
        }
    }

    /// <summary>Copies one input into the arena.</summary>
    protected void LoadInput(int index, ReadOnlySpan<float> values, int rows) =>
        LoadRows(arena, layout.Inputs[index], values, layout.Inputs[index].Columns, 0, rows);

    /// <summary>Copies labels into the arena.</summary>
    protected void LoadLabels(ReadOnlySpan<int> labels, int rows) => LoadLabels(arena, layout.Target, labels, rows);

    /// <summary>Copies targets into the arena.</summary>
    protected void LoadTargets(ReadOnlySpan<float> targets, int rows) =>
        LoadRows(arena, layout.Target, targets, layout.Target.Columns, 0, rows);

    /// <summary>Throws unless there are no partners and weights, or one for each row of a network whose target is a class.</summary>
    void CheckMix(ReadOnlySpan<float> inputs, ReadOnlySpan<int> partners, ReadOnlySpan<float> weights)
    {
        if (partners.Length + weights.Length == 0)
            return;
        int rows = Info.Target.IsClass ? RowsOf(inputs, Info.InputFeatures, nameof(inputs)) : 0;
        CheckMix(partners, weights, rows, nameof(partners), nameof(weights));
    }

    int LoadBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
        LoadBatch(arena, layout.Inputs, layout.Target, inputs, labels, targets);

    int LoadBatch(Arena memory, BufferPlace[] inputPlaces, BufferPlace targetPlace, ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels,
        ReadOnlySpan<float> targets)
    {
        int rows = RowsOf(inputs, Info.InputFeatures, nameof(inputs));
        if (Info.Target.IsClass)
        {
            CheckLabels(labels, rows, nameof(labels));
            CheckLength(targets.Length, rows, 0, nameof(targets));
            LoadInputs(memory, inputPlaces, inputs, rows);
            LoadLabels(memory, targetPlace, labels, rows);
        }
        else
        {
            CheckLength(labels.Length, rows, 0, nameof(labels));
            CheckLength(targets.Length, rows, Info.Target.Width, nameof(targets));
            LoadInputs(memory, inputPlaces, inputs, rows);
            LoadRows(memory, targetPlace, targets, targetPlace.Columns, 0, rows);
        }
        return rows;
    }

    void LoadInputs(Arena memory, BufferPlace[] places, ReadOnlySpan<float> inputs, int rows)
    {
        int features = Info.InputFeatures, column = 0;
        foreach (BufferPlace place in places)
        {
            LoadRows(memory, place, inputs, features, column, rows);
            column += place.Columns;
        }
    }

    static void LoadLabels(Arena memory, BufferPlace place, ReadOnlySpan<int> labels, int rows) =>
        labels[..rows].CopyTo(new Span<int>((float*)memory.Base + place.Offset, rows));

    void LoadRows(Arena memory, BufferPlace place, ReadOnlySpan<float> values, int sourceStride, int sourceColumn, int rows)
    {
        ObjectDisposedException.ThrowIf(memory.Base == null, this);
        fixed (float* source = values)
        {
            load.Rows = rows;
            load.Place = place;
            load.Target = (float*)memory.Base + place.Offset;
            load.Source = source + sourceColumn;
            load.SourceStride = sourceStride;
            if (load.IsDone)
                return;
            if ((long)rows * place.Columns < SharedCopy || load.Overlaps)
                load.Work(0, 1);
            else
                Share(load);
        }
    }

    /// <summary>Copies rows of inputs or targets into the arena.</summary>
    sealed class RowLoad : ISharedWork
    {
        internal BufferPlace Place;
        internal float* Source, Target;
        internal int SourceStride, Rows;

        /// <summary>Whether the rows lie where they belong.</summary>
        internal bool IsDone => Source == Target && SourceStride == Place.Stride;

        /// <summary>Whether copying a row may change one that is yet to be copied, by another thread.</summary>
        internal bool Overlaps => Source < Target + (nint)Rows * Place.Stride && Target < Source + (nint)Rows * SourceStride;

        public void Work(int worker, int workers)
        {
            WorkerTeam.Split(Rows, worker, workers, out int first, out int last);
            for (int r = first; r < last; r++)
            {
                var row = new Span<float>(Target + (nint)r * Place.Stride, Place.Stride);
                new ReadOnlySpan<float>(Source + (nint)r * SourceStride, Place.Columns).CopyTo(row);
                row[Place.Columns..].Clear();
            }
        }
    }
}
