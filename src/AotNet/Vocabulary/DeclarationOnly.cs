namespace AotNet;

static class DeclarationOnly
{
    internal static InvalidOperationException Error() => new(
        "Tensor, Labels, Targets and Objective declare a network inside a Define method that the AotNet source generator reads; they cannot be executed.");
}
