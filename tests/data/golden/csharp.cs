// Copyright (c) The Harbour Project. All rights reserved.
// Licensed under the MIT licence.

using System;
using System.Collections.Generic;
using static System.Math;
using Text = System.Text.Encoding;

namespace Harbour.Model;

/// <summary>Keeps the berths of one harbour.</summary>
/// <typeparam name="T">kind of ship</typeparam>
[Serializable]
public abstract partial class Harbour<T> : Base<T>, IEnumerable<T> where T : class
{
    private const string Url = "https://example.org/*not a comment*/"; // the front page
    private readonly string path = @"C:\harbour\"; /* not a note on the constructor */
    public Harbour(string name, params int[] depths) : base(name)
    {
        count = depths.Length;
    }

    /// <summary>Makes an empty harbour.</summary>
    protected Harbour() : this("nameless") { }

    static Harbour() => Load();

    /// <summary>Gives the sea back.</summary>
    ~Harbour()
    {
        Release(false);
    }

    /// <summary>
    /// Moors a ship. It must fit.
    /// </summary>
    /// <remarks>Waits for the <paramref name="tide"/>.</remarks>
    /// <typeparam name="U">any ship</typeparam>
    /// <param name="ship">the ship,
    ///   not <see langword="null"/></param>
    /// <param name="tide">height in metres</param>
    /// <returns>whether it was moored, see <see cref="Berth.Free(int)"/></returns>
    /// <exception cref="T:System.ArgumentNullException">no ship</exception>
    /// <example>
    /// <code>
    /// harbour.Moor(ship, out var berth);
    /// </code>
    /// </example>
    [Obsolete("use Berth"), Audit(2)]
    [return: NotNull]
    public async Task<bool> Moor<U>([NotNull] ref U ship, out Berth berth, in double? tide = null, int tries = 3 /* times */)
        where U : T, new()
    {
        if (ship == null || tries > 3 && !Open)
        {
            throw new ArgumentNullException(nameof(ship));
        }
        else if (tries == 0)
        {
            throw problem;
        }
        foreach (var other in ships) // count them
        {
            /* the next one */
            Register<U>(other?.Name.Trim(), new List<int>(), new Model.Berth.Slot<string>(1));
            other?.Signal();
            this.bells.Ring<Loud>();
        }
        berth = FindBerth() ?? throw new Errors.FullException();
        return ship.Fits ? true : await base.Moor(ship);
    }

    // Tells whether it is foggy.
    // Never throws.
    public abstract bool Foggy();

    // A remark that a blank line sets apart.

    [DllImport("tides.dll", EntryPoint = "tide")]
    private static extern int Tide(long when);

    partial void OnTide(int height);

    /** <summary>In a block.</summary> */
    internal int Block() => 1;

    // ReSharper disable once UnusedMember.Global
    public override string ToString() => "/* " + Url;

    #pragma warning disable 612
    /// <summary>Height of the tide.</summary>
    // TODO in feet too
    double Height() { return 1; }
    #pragma warning restore 612

    #region Properties

    /// <summary>Whether it is open.</summary>
    /// <value>true by day</value>
    public bool Open => hours > 6 && hours < 20;

    /// <summary>Stored, no code.</summary>
    public int Stored { get; private set; } = 3;

    /// <summary>Number of berths.</summary>
    public int Berths
    {
        get { return Count(); }
        set
        {
            if (value < 0) throw new ArgumentOutOfRangeException(nameof(value));
            Resize(value);
        }
    }

    public string Flag { set => Hoist(value); }

    public abstract int Depth { get; }

    /// <summary>The ship at a berth.</summary>
    /// <param name="berth">from 0</param>
    public T this[int berth, string side = "port"]
    {
        get => Find(berth);
    }

    #endregion

    public event EventHandler Arrived;

    /// <summary>Joins two harbours.</summary>
    public static Harbour<T> operator +(Harbour<T> a, Harbour<T> b) => a.Join(b);

    public static bool operator true(Harbour<T> a) { return a.Open; }

    public static implicit operator string(Harbour<T> a) => a.ToString();

    IEnumerator<T> IEnumerable<T>.GetEnumerator()
    {
        int Depth(int x) { return x > 0 ? Depth(x - 1) : 0; }

        // Doubles it.
        static int Twice(int x) => x * 2;
        Func<int, int> square = x => Square(x);
        Action<int> log = delegate (int z) { Log(z); };
        for (var i = 0; i < 2; i++) { }
        while (true) { yield return default; }
    }

#if NETSTANDARD
    /// <summary>Only there.</summary>
    public void Conditional() { }
#else
    public void Conditional(int other) { }
#endif

    public int Choose(object shape, int day)
    {
        var n = day switch
        {
            1 => 2,
            > 3 and < 5 when Open => 4,
            _ => 6,
        };
        switch (shape)
        {
            case Circle c when c.Radius > 0:
            case null:
                n ??= 1;
                break;
            default:
                break;
        }
        do { n--; } while (n > 0);
        try { Try(); }
        catch (IOException e) when (e.HResult == 3) { throw; }
        finally { Close(); }
        return n;
    }

    /// <summary>Grüße.</summary>
    void Größe(string ñandú) { var s = """
        // not a comment "quoted" {
        """; μ(s); }

    [Test]
    [TestCase(1, ExpectedResult = "[//]")]
    public void Moors() { }

    ///<summary>No space before the tag.</summary>
    int Close() { return 0; }

    /// <summary>Apart by a blank line.</summary>

    int Apart() { return 0; }

    int Cut(int a)
    {
        if (a > 0) { return 1; }
#if !NET20
        else if (a < 0) { return Less(a); }
#endif
#if DEBUG
        using (var x = Open(a))
#else
        using (var x = Closed(a))
#endif
        { return x.Count; }
    }

    int Trailing() { return 0; } // of the line above
    void After() { }
}

/// <summary>A point on the chart.</summary>
/// <param name="East">metres</param>
public readonly record struct Point(double East, double North = 0)
{
    /// <summary>Distance.</summary>
    public double To(Point other) => Sqrt(other.East - East);
}

public record Named(string Name);

public class Primary(int a) : Base(a)
{
    public int A() => a;
}

/// <summary>Has a name.</summary>
public interface INamed
{
    string Name { get; }

    /// <summary>Greets.</summary>
    /// <inheritdoc cref="Point.To"/>
    void Greet(string word);

    string Default() => Name;

    static abstract INamed operator -(INamed a);
}

public enum Season { Winter, Summer = 2 }

public delegate int Measure<in T>(T x);

public static class Extensions
{
    /// <summary>Shouts.</summary>
    /// <param name="text">what to shout</param>
    public static string Shout(this string text, __Options options = default(__Options)) => text.ToUpper();

    public static unsafe void Copy(byte* from, int?[] to, (int a, string b) pair, Func<int, string> make) { }

    public class Inner
    {
        public class Deep { public void Method() { } }
    }

    string Broken(int a { return "x"; }

    /// <summary>Whole in spite of the fault above.</summary>
    int Whole(int b) { return b; }
}
