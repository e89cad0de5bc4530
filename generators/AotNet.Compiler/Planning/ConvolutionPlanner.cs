using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays out the passes of convolutions. All three are products of gathered patches: forward the patches of the input with
/// the weights; for the weights the patches transposed with the residual; for the input the patches of the residual with
/// the weights turned round, where a stride above one makes a product of each of its phases. Kernels of 3x3 and 5x5 may meet images at
/// points in place of patches.
/// </summary>
static class ConvolutionPlanner
{
    /// <summary>The windows of a layer over its input as its maker left it.</summary>
    internal static PatchGrid GridOf(PlanBuilder plan, Node node, ConvOp op)
    {
        Node input = plan.Graph.Nodes[node.Inputs[0]];
        return PatchGrid.Of(op.WindowOver(input.Shape), input.Shape, InputOf(plan, node, op));
    }

    /// <summary>The input: by sample where callers gave it so, but by position where channels are apart.</summary>
    internal static Buffer InputOf(PlanBuilder plan, Node node, ConvOp op)
    {
        Node input = plan.Graph.Nodes[node.Inputs[0]];
        return op.IsDepthwise(input.Shape) ? plan.Value(input) : plan.Stored(input);
    }

    internal static void AddForward(PlanBuilder plan, Node node, ConvOp op)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        Buffer x = InputOf(plan, node, op), y = plan.Value(node), weight = plan.Tensor(node, "weight");
        Buffer? bias = op.Bias ? plan.Tensor(node, "bias") : null;
        PatchGrid grid = GridOf(plan, node, op);
        if (op.IsDepthwise(input))
        {
            plan.Add(new DepthwiseForward(node.Name, x, weight, bias, y, grid));
            return;
        }
        int groups = op.GroupsOf(input), inputs = input.Channels / groups, outputs = op.OutputsOf(input) / groups;
        for (int group = 0; group < groups; group++)
        {
            PatchGrid part = grid with { Channels = inputs };
            Add(plan, new Convolution(node.Name, x, weight, y, part, WindowPlace.InOrder(part))
            {
                Bias = bias,
                FirstChannel = group * inputs,
                FirstColumn = group * outputs,
                Columns = outputs,
            });
        }
    }

    internal static void AddInputGradient(PlanBuilder plan, Node node, ConvOp op, Buffer dX)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        Buffer residual = plan.Residual(node), weight = plan.Tensor(node, "weight");
        WindowShape window = op.WindowOver(input);
        if (op.IsDepthwise(input))
        {
            plan.Add(new DepthwiseInputGradient(node.Name + " dX", residual, weight, dX, PatchGrid.Of(window, input, dX)));
            return;
        }
        int groups = op.GroupsOf(input), inputs = input.Channels / groups, outputs = op.OutputsOf(input) / groups;
        var taps = new List<int>();
        var phases = new List<(PatchGrid Grid, WindowPlace Place, int FirstTap)>();
        bool misses = false;
        for (int y = 0; y < Math.Min(window.StrideY, input.Height); y++)
        {
            Phase rows = Phase.Of(y, input.Height, window.Height, window.StrideY, window.DilationY, window.Top);
            for (int x = 0; x < Math.Min(window.StrideX, input.Width); x++)
            {
                Phase columns = Phase.Of(x, input.Width, window.Width, window.StrideX, window.DilationX, window.Left);
                if (rows.Taps.Count == 0 || columns.Taps.Count == 0)
                {
                    misses = true;
                    continue;
                }
                PatchGrid grid = PatchGrid.Of(WindowShape.Position, node.Shape, residual) with
                {
                    Channels = outputs,
                    KernelHeight = rows.Taps.Count,
                    KernelWidth = columns.Taps.Count,
                    DilationY = rows.Dilation,
                    DilationX = columns.Dilation,
                    Top = rows.Before,
                    Left = columns.Before,
                    Rows = rows.Outputs,
                    Columns = columns.Outputs,
                };
                phases.Add((grid, new WindowPlace(input.Positions, y * input.Width + x, window.StrideY * input.Width, window.StrideX), taps.Count));
                foreach (int row in rows.Taps)
                    taps.AddRange(columns.Taps.Select(column => row * window.Width + column));
            }
        }
        Buffer turned = plan.Scratch(node.Name + " weight turned", Math.Max(taps.Count, 1) * outputs, input.Channels);
        if (taps.Count > 0)
            plan.Add(new TurnWeights(node.Name + " backward", weight, turned, taps.ToEquatableArray(), groups));
        if (misses)
            plan.Add(new Clear(node.Name + " dX", dX));
        foreach ((PatchGrid grid, WindowPlace place, int firstTap) in phases)
            for (int group = 0; group < groups; group++)
                Add(plan, new Convolution(node.Name + " dX", residual, turned, dX, grid, place)
                {
                    FirstChannel = group * outputs,
                    FirstTerm = firstTap * outputs,
                    FirstColumn = group * inputs,
                    Columns = inputs,
                });
    }

    /// <summary>Adds dW and db.</summary>
    /// <param name="plan">Takes the kernels.</param>
    /// <param name="node">Layer.</param>
    /// <param name="op">Its op.</param>
    /// <param name="residual">Residual of the output, decorrelated or not.</param>
    /// <param name="weights">When dW is wanted.</param>
    /// <param name="biases">When db is.</param>
    internal static void AddWeightGradient(PlanBuilder plan, Node node, ConvOp op, Buffer residual, KernelCondition weights, KernelCondition biases)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        Buffer x = InputOf(plan, node, op), gradient = plan.Gradient(node, "weight");
        PatchGrid grid = GridOf(plan, node, op);
        int groups = op.GroupsOf(input), inputs = input.Channels / groups, outputs = op.OutputsOf(input) / groups;
        if (op.IsDepthwise(input))
            SamplePortions.Add(plan, node, weights, node.Name + " dW", residual, gradient,
                (target, portions) => new DepthwiseWeightGradient(node.Name + " dW", x, residual, target, grid) { Portions = portions });
        else if (groups == 1 && AtPoints() is { } points)
        {
            plan.Add(points, node, weights);
            plan.Add(new WinogradWeightGradient(node.Name + " dW", points.Target, gradient, grid.KernelHeight), node, weights);
        }
        else if (groups == 1)
            SamplePortions.Add(plan, node, weights, node.Name + " dW", residual, gradient, (target, portions) => Product(0, target, 0) with { Portions = portions });
        else if (outputs % 16 == 0)
            for (int group = 0; group < groups; group++)
                plan.Add(Product(group, gradient, group * outputs), node, weights);
        else
        {
            // Whole vectors would reach into the columns of the next group.
            Buffer part = plan.Scratch(node.Name + " dW of a group", grid.KernelHeight * grid.KernelWidth * inputs, outputs);
            for (int group = 0; group < groups; group++)
            {
                plan.Add(Product(group, part, 0), node, weights);
                plan.Add(new CopyColumns(node.Name + " dW", part, 0, gradient, group * outputs, outputs)
                {
                    FixedRows = gradient.Rows,
                    Continues = group > 0,
                    PadsTo = group == groups - 1 ? gradient.Stride : 0,
                }, node, weights);
            }
        }
        if (op.Bias)
            SamplePortions.Add(plan, node, biases, node.Name + " db", residual, plan.Gradient(node, "bias"),
                (target, portions) => new ColumnMean(node.Name + " db", residual, target) { Portions = portions }, beside: gradient);

        WinogradGradient? AtPoints()
        {
            if (!ConvolutionCost.MayBeAtPoints(grid, x))
                return null;
            int portions = WinogradGradient.PortionsFor(grid, gradient, plan.Graph.Spec.Batch);
            var points = new WinogradGradient(node.Name + " dW", x, residual, gradient, grid) { Portions = portions };
            return ConvolutionCost.IsAtPoints(Product(0, gradient, 0), points, plan.Graph.Spec.Batch)
                ? points with { Target = plan.Scratch(node.Name + " dW at points", portions * WinogradGradient.SumsOf(grid), outputs) }
                : null;
        }

        ConvolutionGradient Product(int group, Buffer target, int column)
        {
            var product = new ConvolutionGradient(node.Name + " dW", x, residual, target, grid with { Channels = inputs })
            {
                FirstChannel = group * inputs,
                FirstColumn = group * outputs,
                TargetColumn = column,
                Columns = outputs,
            };
            return product with { Direct = ConvolutionCost.IsDirect(product) };
        }
    }

    static void Add(PlanBuilder plan, Convolution product)
    {
        product = product with { Direct = ConvolutionCost.IsDirect(product) };
        PatchGrid grid = product.Grid;
        var points = new WinogradConvolution(product.Name, product.X, product.Weight, product.Bias, product.Y, grid);
        if (!ConvolutionCost.IsAtPoints(product, points, plan.Graph.Spec.Batch))
        {
            plan.Add(product);
            return;
        }
        Buffer weights = plan.Scratch(product.Name + " weight at points", points.Points.Count * grid.Channels, product.Columns);
        plan.Add(new WinogradWeights(product.Name, product.Weight, weights, grid.KernelHeight));
        plan.Add(points with { Weight = weights });
    }

    /// <summary>
    /// Positions of the input, one stride apart, that the same taps reach; in ascending order of the outputs they are of.
    /// </summary>
    /// <param name="Taps">Rows, or columns, of the kernel.</param>
    /// <param name="Dilation">Outputs from one of them to the next.</param>
    /// <param name="Before">Outputs before the first one that the first position's window begins.</param>
    /// <param name="Outputs">Number of positions.</param>
    sealed record Phase(IReadOnlyList<int> Taps, int Dilation, int Before, int Outputs)
    {
        internal static Phase Of(int position, int extent, int kernel, int stride, int dilation, int padding)
        {
            int divisor = Divisor(stride, dilation), step = dilation / divisor;
            // Tap k takes position p of output (p + padding - dilation k) / stride, where that is whole.
            List<int> taps = [.. Enumerable.Range(0, kernel).Reverse().Where(tap => (position + padding - dilation * tap) % stride == 0)];
            int before = taps.Count == 0 ? 0 : -(position + padding - dilation * taps[0]) / stride;
            return new Phase(taps, step, before, (extent - position + stride - 1) / stride);
        }

        static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
    }
}
