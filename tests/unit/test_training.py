"""The training loop: what it yields, that it learns, and how it fails."""

import re

import numpy as np
import pytest

from nnlib import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    DivergedError,
    History,
    SoftmaxCrossEntropy,
    accuracy,
    batches,
    data,
    identity,
    mlp,
    relu,
    tanh,
    train,
)

RNG = np.random.default_rng


def setting(batch_size=None, epochs=3, **more):
    """Return a small classification, ready to be trained."""
    rng = RNG(0)
    x, y = data.moons(40, rng=rng)
    net = mlp([2, 8, 1], tanh, rng=rng)
    options = {"epochs": epochs, "batch_size": batch_size, "rng": rng} | more
    return net, BinaryCrossEntropy(), SGD(0.5), x, y, options


def test_full_batch_training_is_the_update_rule():
    net, loss, optimizer, x, y, options = setting()
    theta, expected = net.theta.copy(), []
    for _ in range(3):
        net.theta[:] = theta
        out = net.forward(x)
        expected.append(loss(out, y))
        net.backward(loss.grad(out, y))
        theta -= 0.5 * net.grad

    net, loss, optimizer, x, y, options = setting()
    history = History(train(net, loss, optimizer, x, y, **options))
    np.testing.assert_array_equal(net.theta, theta)
    np.testing.assert_allclose(history.loss, expected, rtol=1e-14)
    np.testing.assert_array_equal(history.epoch, [1, 2, 3])
    assert history.grad_norm[-1] == pytest.approx(np.linalg.norm(net.grad))
    assert np.isnan(history.validation).all()


def test_the_loss_of_an_epoch_is_the_mean_over_samples_not_over_batches():
    net, loss, _, x, y, options = setting(batch_size=30, epochs=1)  # batches of 30 and of 10
    before = loss(net.predict(x), y)
    (record,) = train(net, loss, SGD(0.0), x, y, **options)  # a rate of 0: nothing moves
    assert record.loss == pytest.approx(before, rel=1e-12)


def test_validation_is_measured_after_the_epoch_and_not_trained_on():
    net, loss, optimizer, x, y, options = setting()
    x_v, y_v = data.moons(20, rng=RNG(9))
    for record in train(net, loss, optimizer, x, y, validation=(x_v, y_v), **options):
        assert record.validation == loss(net.predict(x_v), y_v)
    with_validation = net.theta.copy()
    net, *rest, options = setting()
    list(train(net, *rest, **options))
    np.testing.assert_array_equal(net.theta, with_validation)


def test_the_same_generator_gives_the_same_training():
    runs = []
    for _ in range(2):
        net, *rest, options = setting(batch_size=7)
        list(train(net, *rest, **options))
        runs.append(net.theta)
    np.testing.assert_array_equal(*runs)


def test_breaking_off_is_early_stopping_and_the_rate_can_be_set_on_the_way():
    net, loss, optimizer, x, y, options = setting(epochs=10)
    for record in train(net, loss, optimizer, x, y, **options):
        optimizer.lr = 0.0
        kept = net.theta.copy()
        if record.epoch == 3:
            break
    assert optimizer.t == 3
    np.testing.assert_array_equal(net.theta, kept)


@pytest.mark.parametrize("size", [1, 3, 10, 99])
def test_batches_hold_each_sample_once(size):
    x, y = np.arange(10)[:, None], 10 * np.arange(10)[:, None]
    parts = list(batches(x, y, size, RNG(0)))
    assert [len(part) for part, _ in parts] == [size] * (10 // size) + [10 % size] * (10 % size > 0)
    assert sorted(np.concatenate([part for part, _ in parts]).ravel()) == list(range(10))
    assert all((y_b == 10 * x_b).all() for x_b, y_b in parts)


def test_batches_are_shuffled_anew_each_time_and_the_data_stay_in_order():
    x = np.arange(50)[:, None]
    rng = RNG(0)
    first, second = (next(batches(x, x, 50, rng))[0] for _ in range(2))
    assert not np.array_equal(first, second)
    assert np.array_equal(x, np.arange(50)[:, None])


def test_digits_are_read_at_97_percent():
    scores = []
    for seed in range(2):
        rng = RNG(seed)
        x, y, x_held, y_held = data.split(*data.digits(), 0.2, rng=rng)
        net = mlp([64, 256, 10], relu, rng=rng)
        options = {"epochs": 60, "batch_size": 64, "rng": rng}
        list(train(net, SoftmaxCrossEntropy(), Adam(1e-3), x, y, **options))
        scores.append(accuracy(net.predict(x_held), y_held))
    assert min(scores) > 0.97


def test_float32_trains_too():
    rng = RNG(0)
    x, y = data.circles(60, rng=rng)
    net = mlp([2, 8, 1], relu, rng=rng, dtype=np.float32)
    history = History(train(net, BinaryCrossEntropy(), Adam(0.05), x, y, epochs=40, rng=rng))
    assert net.theta.dtype == np.float32
    assert history.loss[-1] < 0.5 * history.loss[0]


def test_data_are_checked_in_the_type_of_the_network():
    net = mlp([1, 1], relu, rng=RNG(0), dtype=np.float32)
    x = np.array([[1e39]])  # a float64, but no float32
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="input x must be finite"):
        train(net, MSE(), SGD(0.1), x, [[0.0]], epochs=1, rng=RNG(0))


def test_divergence_names_the_step_and_keeps_the_last_finite_parameters():
    rng = RNG(0)
    x, y = data.sine(20, rng=rng)
    net = mlp([1, 4, 1], identity, rng=rng)
    records = History()
    with pytest.raises(DivergedError, match=r"at step \d+ \(epoch \d+\).*SGD\(lr=50\)") as raised:
        records.extend(train(net, MSE(), SGD(50.0), x, y, epochs=100, rng=rng))
    assert records, "the epochs before the divergence were handed out"
    assert np.isfinite(net.theta).all()
    assert "net.theta holds the last finite parameters" in str(raised.value)
    assert f"epoch {len(records) + 1}" in str(raised.value)


def test_parameters_that_an_update_made_infinite_are_not_called_kept():
    net = mlp([1, 1], identity, rng=RNG(0))
    with pytest.raises(DivergedError, match="before it overflowed") as raised:
        list(train(net, MSE(), SGD(1e300), [[1e10]], [[2.0]], epochs=9, rng=RNG(0)))
    assert "holds the last finite" not in str(raised.value)
    assert not np.isfinite(net.theta).all()


def test_divergence_is_told_once_without_warnings_on_the_way():
    x = RNG(0).normal(size=(20, 2))
    net = mlp([2, 8, 8, 1], relu, rng=RNG(0))
    with pytest.raises(DivergedError, match="at step 2"):  # infinities meet zeros and each other
        list(train(net, MSE(), SGD(1e200), x, x[:, :1], epochs=9, rng=RNG(0)))


@pytest.mark.parametrize(
    ("x", "bias", "message"),
    [
        (1e200, 0.0, r"the loss is 5e\+199 and the squared norm of the gradient is inf"),
        (0.0, 1.7e308, r"the loss is inf and the squared norm of the gradient is 1"),
    ],
)
def test_the_loss_alone_or_the_gradient_alone_may_diverge(x, bias, message):
    net = mlp([1, 1], relu, rng=RNG(0))
    net.theta[:] = 0.5, bias
    arguments = np.full((2, 1), x), np.zeros((2, 1))
    with pytest.raises(DivergedError, match=message):
        list(train(net, BinaryCrossEntropy(), SGD(0.1), *arguments, epochs=1, rng=RNG(0)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.zeros(40)}, r"targets have shape \(40,\), outputs have shape \(40, 1\)"),
        ({"y": np.zeros((39, 1))}, r"training input x has 40 rows, .* shape \(39, 1\)"),
        ({"y": 1.0}, r"training input x has 40 rows, the targets y have shape \(\): expected one"),
        ({"validation": (np.zeros((4, 2)), np.zeros((3, 1)))}, r"validation .* 4 rows, .*\(3, 1\)"),
        ({"validation": (np.zeros((4, 2)), np.zeros((4, 1)), 0)}, r"\(expected 2\)"),
        ({"first": 2.5}, "first must be a whole number of at least 1, but 2.5 was given"),
        ({"x": np.zeros((40, 3))}, r"training input x has shape \(40, 3\), expected \(m, 2\)"),
        ({"x": np.full((40, 2), np.nan)}, "training input x must be finite numbers, but 80 of 80"),
        ({"y": np.full((40, 1), np.inf)}, "training targets y must be finite"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, but 0 was given"),
        ({"batch_size": 2.5}, "batch_size must be .* but 2.5"),
        ({"epochs": 0}, "epochs must be .* but 0"),
        ({"validation": (np.zeros((4, 2)), np.zeros(4))}, r"\(4,\).*\(4, 1\)"),
        ({"validation": (np.full((4, 2), np.nan), np.zeros((4, 1)))}, "validation input x must be"),
    ],
)
def test_wrong_use_raises_at_the_call_and_names_both_sides(change, message):
    net, loss, optimizer, x, y, options = setting()
    arguments = {"x": x, "y": y} | options | change
    before = net.theta.copy()
    with pytest.raises(ValueError, match=message):
        train(net, loss, optimizer, **arguments)
    np.testing.assert_array_equal(net.theta, before)


@pytest.mark.parametrize(
    ("position", "given", "message"),
    [
        (0, MSE, "the loss must be an nnlib Loss such as MSE(), but <class"),
        (0, "mse", "the loss must be an nnlib Loss such as MSE(), but 'mse' was given"),
        (0, SGD(0.1), "the loss must be an nnlib Loss such as MSE(), but SGD(lr=0.1) was given"),
        (1, SGD, "the optimizer must be an nnlib Optimizer such as Adam(), but <class"),
        (1, 0.1, "the optimizer must be an nnlib Optimizer such as Adam(), but 0.1 was given"),
    ],
)
def test_a_class_or_a_name_in_place_of_an_object_is_named(position, given, message):
    net, *rest, x, y, options = setting()
    rest[position] = given
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        train(net, *rest, x, y, **options)


def test_a_gap_in_a_column_of_objects_is_no_divergence():
    """A table of mixed columns becomes an array of objects, and a gap in it is None."""
    net, _, optimizer, x, y, options = setting()
    y = y.astype(object)
    y[3] = None
    with pytest.raises(ValueError, match=r"targets y must be finite.* 1 of 40 .* index \(3, 0\)"):
        train(net, MSE(), optimizer, x, y, **options)


def test_a_batch_of_zero_is_named_by_batches_too():
    with pytest.raises(ValueError, match="batch_size must be"):
        next(batches(np.zeros((3, 1)), np.zeros((3, 1)), 0, RNG(0)))


def test_accuracy():
    assert accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]]), [0, 1, 1]) == pytest.approx(
        2 / 3
    )
    assert accuracy(np.array([[0.5], [-0.5]]), [[1.0], [1.0]]) == 0.5
    assert accuracy(np.zeros((2, 1)), [0, 0]) == 1  # class 1 begins above 0
    with pytest.raises(ValueError, match=r"^the output has shape \(2,\)"):
        accuracy(np.zeros(2), [0, 1])
    with pytest.raises(ValueError, match=r"classes have shape \(3,\), expected \(2,\) or \(2, 1\)"):
        accuracy(np.zeros((2, 1)), [0, 1, 1])


def test_accuracy_of_classes_read_as_text_is_not_zero():
    out = np.array([[2.0, 1.0], [0.0, 3.0]])
    assert accuracy(out, ["0", "1"]) == 1
    with pytest.raises(ValueError, match="cat"):
        accuracy(out, ["cat", "dog"])


def test_the_progress_bar_is_there_when_asked_for(capsys):
    net, *rest, options = setting()
    list(train(net, *rest, **options))
    assert capsys.readouterr().err == ""
    list(train(net, *rest, **options, progress=True))
    assert re.search(r"3/3.*(\d| )(epoch/s|s/epoch)", capsys.readouterr().err)
