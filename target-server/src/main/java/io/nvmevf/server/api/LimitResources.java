package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Delete;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Patch;
import com.linecorp.armeria.server.annotation.Post;
import com.linecorp.armeria.server.annotation.Put;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.calibrate.Calibrator;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.QosProfile;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;

/** The routes of profiles, of tenants' limits, and of the physical function's capacity and its measurement. */
@Blocking
final class LimitResources {
    private final TargetService service;
    private final Calibrator calibrator;

    LimitResources(TargetService service, Calibrator calibrator) {
        this.service = service;
        this.calibrator = calibrator;
    }

    // ---- profiles ------------------------------------------------------------------------------------------------

    @Get("/v1/profiles")
    public HttpResponse profiles() {
        TargetState state = service.state();
        return ok(new Views.Items<>(state.allProfiles().stream()
                .map(profile -> Views.Profile.of(profile, state))
                .toList()));
    }

    @Post("/v1/profiles")
    public HttpResponse createProfile(AggregatedHttpRequest request) throws ControlException, ProblemException {
        Views.NewProfile wanted = Json.read(request, Views.NewProfile.class);
        return Json.response(HttpStatus.CREATED, view(service.createProfile(wanted.name(), wanted.limits())));
    }

    @Get("/v1/profiles/{name}")
    public HttpResponse profile(@Param String name) throws ControlException {
        return ok(view(service.profile(name)));
    }

    @Patch("/v1/profiles/{name}")
    public HttpResponse changeProfile(@Param String name, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Views.ProfileChange wanted = Json.read(request, Views.ProfileChange.class);
        return ok(view(service.changeProfile(name, wanted.limits())));
    }

    @Delete("/v1/profiles/{name}")
    public HttpResponse deleteProfile(@Param String name) throws ControlException {
        service.deleteProfile(name);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    // ---- tenants -------------------------------------------------------------------------------------------------

    @Get("/v1/tenants")
    public HttpResponse tenants() {
        return ok(new Views.Items<>(Views.Tenant.all(service.state())));
    }

    /** Of any name: a tenant need not have anything yet, and one without limits has none. */
    @Get("/v1/tenants/{name}/limits")
    public HttpResponse limits(@Param String name) {
        return ok(service.state().tenantLimits(name));
    }

    @Put("/v1/tenants/{name}/limits")
    public HttpResponse setLimits(@Param String name, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Limits limits = Json.read(request, Limits.class);
        if (limits.equals(Limits.NONE)) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST, "no limit is given; DELETE takes the limits of a tenant away");
        }
        service.setTenantLimits(name, limits);
        return limits(name);
    }

    @Delete("/v1/tenants/{name}/limits")
    public HttpResponse removeLimits(@Param String name) throws ControlException {
        service.setTenantLimits(name, null);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    // ---- capacity ------------------------------------------------------------------------------------------------

    @Get("/v1/pf/capacity")
    public HttpResponse capacity() {
        Capacity capacity = service.state().capacity();
        return ok(capacity == null ? new Views.Nothing() : capacity);
    }

    @Put("/v1/pf/capacity")
    public HttpResponse setCapacity(AggregatedHttpRequest request) throws ControlException, ProblemException {
        service.setCapacity(Json.read(request, Capacity.class));
        return capacity();
    }

    @Delete("/v1/pf/capacity")
    public HttpResponse removeCapacity() throws ControlException {
        service.setCapacity(null);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    @Get("/v1/pf/calibration")
    public HttpResponse calibration() {
        return ok(calibrator.status());
    }

    @Post("/v1/pf/calibration")
    public HttpResponse calibrate(AggregatedHttpRequest request) throws ControlException, ProblemException {
        Views.NewCalibration wanted = Json.read(request, Views.NewCalibration.class);
        return Json.response(
                HttpStatus.ACCEPTED,
                calibrator.start(wanted.seconds(), wanted.size(), Boolean.TRUE.equals(wanted.set())));
    }

    @Delete("/v1/pf/calibration")
    public HttpResponse cancelCalibration() throws InterruptedException {
        return ok(calibrator.cancel());
    }

    private Views.Profile view(QosProfile profile) {
        return Views.Profile.of(profile, service.state());
    }

    private static HttpResponse ok(Object value) {
        return Json.response(HttpStatus.OK, value);
    }
}
