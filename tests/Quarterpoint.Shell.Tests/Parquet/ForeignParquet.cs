using System.Runtime.InteropServices;
using ParquetSharp;
using ParquetSharp.IO;
using ParquetSharp.Schema;

namespace Quarterpoint.Shell.Tests.Parquet;

/// <summary>Parquet as other programs might write it: any physical type, any annotation, with or without nulls.</summary>
internal sealed class ForeignParquet
{
    private readonly List<(PrimitiveNode Node, Action<ColumnWriter, int, int> Write)> _columns = [];
    private readonly Dictionary<string, string> _metadata = [];
    private int _rows;

    public ForeignParquet Column<T>(string name, PhysicalType physical, LogicalType logical, params T[] values)
        where T : unmanaged
    {
        _rows = values.Length;
        _columns.Add(
            (new PrimitiveNode(name, Repetition.Required, logical, physical), (writer, first, rows) =>
                ((ColumnWriter<T>)writer).WriteBatch(values.AsSpan(first, rows))
            )
        );
        return this;
    }

    public ForeignParquet Nullable<T>(string name, PhysicalType physical, LogicalType logical, params T?[] values)
        where T : unmanaged
    {
        _rows = values.Length;
        _columns.Add((new PrimitiveNode(name, Repetition.Optional, logical, physical), (writer, first, rows) =>
            {
                var part = values.AsSpan(first, rows).ToArray();
                ((ColumnWriter<T>)writer).WriteBatch(
                    rows,
                    [.. part.Select(v => (short)(v.HasValue ? 1 : 0))],
                    [],
                    [.. part.Where(v => v.HasValue).Select(v => v!.Value)]
                );
            }));
        return this;
    }

    public ForeignParquet Doubles(string name, params double[] values) => Column(name, PhysicalType.Double, LogicalType.None(), values);

    public ForeignParquet Longs(string name, params long[] values) => Column(name, PhysicalType.Int64, LogicalType.None(), values);

    public ForeignParquet Ints(string name, params int[] values) => Column(name, PhysicalType.Int32, LogicalType.None(), values);

    public ForeignParquet Text(string name, params string?[] values) =>
        Bytes(name, LogicalType.String(), [.. values.Select(v => v is null ? null : System.Text.Encoding.UTF8.GetBytes(v))]);

    public ForeignParquet Bytes(string name, LogicalType logical, params byte[]?[] values)
    {
        _rows = values.Length;
        _columns.Add((new PrimitiveNode(name, Repetition.Optional, logical, PhysicalType.ByteArray), (writer, first, rows) =>
            {
                var part = values.AsSpan(first, rows).ToArray();
                WithPinned([.. part.Where(v => v is not null).Select(v => v!)], pointers =>
                    ((ColumnWriter<ByteArray>)writer).WriteBatch(
                        rows,
                        [.. part.Select(v => (short)(v is null ? 0 : 1))],
                        [],
                        [.. pointers.Select(p => new ByteArray(p.Pointer, p.Length))]
                    )
                );
            }));
        return this;
    }

    public ForeignParquet FixedBytes(string name, LogicalType logical, params byte[][] values)
    {
        _rows = values.Length;
        _columns.Add(
            (
                new PrimitiveNode(name, Repetition.Required, logical, PhysicalType.FixedLenByteArray, values[0].Length),
                (writer, first, rows) =>
                    WithPinned(values[first..(first + rows)], pointers =>
                        ((ColumnWriter<FixedLenByteArray>)writer).WriteBatch([.. pointers.Select(p => new FixedLenByteArray(p.Pointer))])
                    )
            )
        );
        return this;
    }

    public ForeignParquet Metadata(string key, string value)
    {
        _metadata[key] = value;
        return this;
    }

    public ForeignParquet Without(string name)
    {
        _columns.RemoveAll(c => c.Node.Name == name);
        return this;
    }

    public string WriteTo(string path, int groupRows = int.MaxValue, Action<WriterPropertiesBuilder>? how = null)
    {
        File.WriteAllBytes(path, ToBytes(groupRows, how));
        return path;
    }

    public byte[] ToBytes(int groupRows = int.MaxValue, Action<WriterPropertiesBuilder>? how = null)
    {
        using var builder = new WriterPropertiesBuilder();
        how?.Invoke(builder);
        using var properties = builder.Build();
        using var output = new BufferOutputStream();
        using var schema = new GroupNode("schema", Repetition.Required, [.. _columns.Select(c => (Node)c.Node)]);
        using (var writer = new ParquetFileWriter(output, schema, properties, _metadata))
        {
            for (var first = 0; first < _rows; first += groupRows)
            {
                using var group = writer.AppendRowGroup();
                foreach (var (_, write) in _columns)
                {
                    using var column = group.NextColumn();
                    write(column, first, Math.Min(groupRows, _rows - first));
                }

                if (groupRows == int.MaxValue)
                    break;
            }

            writer.Close();
        }

        using var buffer = output.Finish();
        return buffer.ToArray();
    }

    private static void WithPinned(byte[][] values, Action<IReadOnlyList<(IntPtr Pointer, int Length)>> use)
    {
        var handles = values.Select(v => GCHandle.Alloc(v, GCHandleType.Pinned)).ToList();
        try
        {
            use([.. handles.Select((h, i) => (h.AddrOfPinnedObject(), values[i].Length))]);
        }
        finally
        {
            foreach (var handle in handles)
                handle.Free();
        }
    }
}
