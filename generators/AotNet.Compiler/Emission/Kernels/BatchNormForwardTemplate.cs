using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Batch normalisation: statistics of each feature over the rows while training, running averages otherwise.</summary>
static class BatchNormForwardTemplate
{
    internal static string Call(KernelLibrary library, BatchNormForward kernel, Func<Buffer, string> address)
    {
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        return KernelMethod.Call(library,
            $"batchnorm|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{Literal.Float(kernel.Momentum)}|{Literal.Float(kernel.Epsilon)}|{Literal.Number(kernel.Statistics.Stride)}|{epilogue}",
            $"BatchNorm{columns}",
            $"y[rows, {columns}] = (x - mean) / sqrt(variance + {Literal.Float(kernel.Epsilon)}) * gain + shift, statistics over the rows{TileEpilogue.Then(epilogue)}",
            [("x", kernel.X), ("y", kernel.Target), ("gain", kernel.Gain), ("shift", kernel.Shift), ("mean", kernel.Mean), ("variance", kernel.Variance),
                ("statistics", kernel.Statistics), ("portions", kernel.Portions), .. TileEpilogue.Parameters(kernel.Epilogue)], address,
            writer => new Body(library.Instructions, kernel, epilogue, writer).Write());
    }

    /// <summary>Writes the method's statements.</summary>
    sealed class Body(InstructionSet instructions, BatchNormForward kernel, TileEpilogue? epilogue, SourceWriter writer)
    {
        readonly string stride = Literal.Number(kernel.X.Stride);
        readonly string inverse = ColumnWriter.InverseRowsOf(kernel.X.PerSample);
        readonly int count = (kernel.Portions?.Rows ?? 0) / 2;

        internal void Write()
        {
            string rows = ColumnWriter.RowsOf(kernel.X.PerSample), momentum = Literal.Float(kernel.Momentum), past = Literal.Float(1f - kernel.Momentum);
            if (kernel.Portions is { } portions)
                Moments(portions);
            else
                writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
            writer.Line("// The running variance is the unbiased one; a single row has none and counts as it is.");
            writer.Line(kernel.X.PerSample == 1 ? "float unbiased = c.Rows > 1 ? c.Rows / (c.Rows - 1f) : 1f;" : $"float unbiased = {rows} / ({rows} - 1f);");
            ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
            writer.Line("V centre = *(V*)(mean + j), spread = *(V*)(variance + j);");
            writer.Open("if (c.Training)");
            if (kernel.Portions is not null)
                Combine(kernel.Portions);
            else
                TwoPasses();
            writer.Line($"spread = squares * VN.Create({inverse});");
            writer.Line($"*(V*)(mean + j) = *(V*)(mean + j) * VN.Create({past}) + centre * VN.Create({momentum});");
            writer.Line($"*(V*)(variance + j) = *(V*)(variance + j) * VN.Create({past}) + spread * VN.Create({momentum} * unbiased);");
            writer.Close();
            writer.Line($"V factor = V.One / VN.Sqrt(spread + VN.Create({Literal.Float(kernel.Epsilon)}));");
            writer.Line("*(V*)(statistics + j) = centre;");
            writer.Line($"*(V*)(statistics + {Literal.Number(kernel.Statistics.Stride)} + j) = factor;");
            if (kernel.Portions is null)
                Normalise("j");
            writer.Close();
            if (kernel.Portions is null)
                return;
            writer.Line("c.Barrier();");
            PortionWriter.Open(writer, instructions, kernel.X, count);
            writer.Line($"V centre = *(V*)(statistics + j), factor = *(V*)(statistics + {Literal.Number(kernel.Statistics.Stride)} + j);");
            Normalise("begin");
            PortionWriter.Close(writer);
        }

        void TwoPasses()
        {
            writer.Line("V sum = V.Zero, squares = V.Zero;");
            writer.Open($"for (nint i = j; i < end; i += {stride})").Line("sum += *(V*)(x + i);").Close();
            writer.Line($"centre = sum * VN.Create({inverse});");
            writer.Open($"for (nint i = j; i < end; i += {stride})");
            writer.Line("V d = *(V*)(x + i) - centre;").Line("squares = VN.FusedMultiplyAdd(d, d, squares);").Close();
        }

        /// <summary>Mean and squared deviations from it, portion by portion, while its samples are in the cache.</summary>
        void Moments(Buffer portions)
        {
            writer.Open("if (c.Training)");
            PortionWriter.Open(writer, instructions, kernel.X, count);
            PortionWriter.Sums(writer, kernel.X, ["sum"], static (at, row) => [$"sum{row} += *(V*)(x + {at});"]);
            writer.Line($"V centre = sum * VN.Create(1f / (int.Max(endSample - sample, 1) * {Literal.Float(kernel.X.PerSample)}));");
            PortionWriter.Sums(writer, kernel.X, ["squares"], static (at, row) =>
                [$"V d{row} = *(V*)(x + {at}) - centre;", $"squares{row} = VN.FusedMultiplyAdd(d{row}, d{row}, squares{row});"]);
            writer.Line($"*(V*)({Place(portions, 0)}) = centre;");
            writer.Line($"*(V*)({Place(portions, 1)}) = squares;");
            PortionWriter.Close(writer);
            writer.Line("c.Barrier();");
            writer.Close();
        }

        /// <summary>Squares about the mean of all: those about each portion's own mean, and its distance from that of all (Chan et al. 1979).</summary>
        void Combine(Buffer portions)
        {
            string weight = "VN.Create((float)(endSample - sample))";
            writer.Line("V sum = V.Zero, squares = V.Zero;");
            PortionWriter.OpenAll(writer, count);
            writer.Line($"sum = VN.FusedMultiplyAdd(*(V*)({Place(portions, 0)}), {weight}, sum);").Close();
            writer.Line("centre = sum * VN.Create(c.InverseRows);");
            PortionWriter.OpenAll(writer, count);
            writer.Line($"V d = *(V*)({Place(portions, 0)}) - centre;");
            writer.Line($"squares += VN.FusedMultiplyAdd(d * d, {weight} * VN.Create({Literal.Float(kernel.X.PerSample)}), *(V*)({Place(portions, 1)}));").Close();
        }

        void Normalise(string from)
        {
            writer.Line("V scale = factor * *(V*)(gain + j), offset = *(V*)(shift + j);");
            writer.Open($"for (nint i = {from}; i < end; i += {stride})");
            writer.Line("V sum = VN.FusedMultiplyAdd(*(V*)(x + i) - centre, scale, offset);");
            TileEpilogue.Finish(writer, epilogue, "y", "i");
            writer.Close();
        }

        static string Place(Buffer portions, int row) => PortionWriter.Place(portions, 2, row);
    }
}
