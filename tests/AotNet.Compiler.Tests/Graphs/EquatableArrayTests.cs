namespace AotNet.Compiler.Tests;

/// <summary>Value semantics, which incremental generation stands on.</summary>
public sealed class EquatableArrayTests
{
    [Fact]
    public void EqualElementsMakeEqualArrays()
    {
        EquatableArray<string> a = new[] { "x", "y" }.ToEquatableArray(), b = new List<string> { "x", "y" }.ToEquatableArray();
        Assert.True(a == b);
        Assert.False(a != b);
        Assert.True(a.Equals((object)b));
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("y", "x")]
    [InlineData("x", "y", "z")]
    [InlineData]
    public void OthersDiffer(params string[] other)
    {
        EquatableArray<string> a = new[] { "x", "y" }.ToEquatableArray();
        Assert.False(a == other.ToEquatableArray());
        Assert.True(a != other.ToEquatableArray());
        Assert.False(a.Equals((object)other));
        Assert.NotEqual(a.GetHashCode(), other.ToEquatableArray().GetHashCode());
    }

    [Fact]
    public void TheDefaultIsEmpty()
    {
        EquatableArray<int> none = default;
        Assert.Empty(none);
        Assert.True(none == EquatableArray<int>.Empty);
        Assert.True(none == Array.Empty<int>().ToEquatableArray());
        Assert.Equal(none.GetHashCode(), Array.Empty<int>().ToEquatableArray().GetHashCode());
        Assert.Throws<ArgumentOutOfRangeException>(() => none[0]);
    }

    [Fact]
    public void TheSourceMayChangeAfterwards()
    {
        int[] source = [1, 2, 3];
        EquatableArray<int> copy = source.ToEquatableArray();
        source[1] = 9;
        Assert.Equal([1, 2, 3], copy);
        Assert.Equal(3, copy.Count);
        Assert.Equal(2, copy[1]);
    }

    [Fact]
    public void NullElementsCompare()
    {
        EquatableArray<string> a = new string[] { null!, "x" }.ToEquatableArray(), b = new string[] { null!, "x" }.ToEquatableArray();
        Assert.True(a == b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }
}
